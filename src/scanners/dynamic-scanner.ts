import { aws_ec2 as ec2, Duration } from 'aws-cdk-lib';
import { CustomScannerProps, customScanner, ScannerConfig } from './scanner-config';
import { ScannerScript } from './scanner-script';
import { ReportFormat } from '../findings/report-format';
import { JobSecret } from '../jobs/job-secret';
import { invalid, requireHttpUrl } from '../private/validate';
import { ToolPin } from '../tools/tool-version';

/** How long a scan may take, and what starting ZAP and writing its report may take beside it. */
const DEFAULT_MINUTES = 30;
const MINUTES_AROUND_SCAN = 30;

/** How deep ZAP looks. */
export enum ZapScan {
  /** Crawl, and look passively at what comes back. Changes nothing in the application. */
  BASELINE = 'baseline',
  /** Crawl, then attack what was found. Only for environments whose data may be changed. */
  FULL = 'full',
  /** Call what an API description lists, and attack it. */
  API = 'api',
}

/** Form of an API description. */
export enum ApiDescription {
  /** OpenAPI or Swagger. */
  OPENAPI = 'openapi',
  /** GraphQL schema or introspection. */
  GRAPHQL = 'graphql',
}

/** How ZAP logs in: by a header that it sends with every request to the target. */
export interface ZapAuthentication {
  /** The secret whose value the header gets, like `Bearer …`. */
  readonly headerValue: JobSecret;

  /**
   * Name of the header.
   *
   * @default 'Authorization'
   */
  readonly headerName?: string;

  /** URL that answers with success only when logged in. If it does not, the scan would see the outside only: the gate ends with `error`. */
  readonly loggedInUrl: string;
}

/** Props of `DynamicScanner.zap()`. */
export interface ZapProps {
  /** URL of the application in staging, as the job reaches it. Never production's. */
  readonly target: string;

  /**
   * How deep ZAP looks.
   *
   * @default ZapScan.BASELINE
   */
  readonly scan?: ZapScan;

  /**
   * URL of the API description, for `ZapScan.API`.
   *
   * @default - none, which only the other scans accept
   */
  readonly apiDescriptionUrl?: string;

  /**
   * Form of the API description.
   *
   * @default ApiDescription.OPENAPI
   */
  readonly apiDescription?: ApiDescription;

  /**
   * How ZAP logs in.
   *
   * @default - it does not
   */
  readonly authentication?: ZapAuthentication;

  /**
   * VPC in which the job runs, if the target is reachable from there only.
   *
   * @default - outside any VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the VPC.
   *
   * @default - private subnets with a way out
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * How long the scan itself may take, in minutes.
   *
   * @default 30
   */
  readonly maxMinutes?: number;

  /**
   * Another release of ZAP.
   *
   * @default - the library's pin
   */
  readonly tool?: ToolPin;
}

/** What a dynamic scan looks at, and from where. */
export interface CustomDynamicScanOptions {
  /** URL that is scanned. */
  readonly target: string;

  /**
   * Other URLs that the scan calls. None may be production's.
   *
   * @default - none
   */
  readonly furtherUrls?: string[];

  /**
   * How long the job needs for the scan, the checks before and after it included.
   *
   * @default - 60 minutes
   */
  readonly timeout?: Duration;

  /**
   * VPC in which the job runs.
   *
   * @default - outside any VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the VPC.
   *
   * @default - private subnets with a way out
   */
  readonly subnets?: ec2.SubnetSelection;
}

/** What a dynamic scanner needs in its job. */
export interface DynamicScannerConfig extends CustomDynamicScanOptions {
  /** What the scanner needs in its job. */
  readonly scanner: ScannerConfig;
}

/** A tool that looks at the running application in staging from the outside (DAST). */
export abstract class DynamicScanner {
  /**
   * OWASP ZAP as a process in the job: no server, no Docker.
   *
   * @param props target and depth
   * @throws if a URL is not http(s), or an API scan has no description
   */
  public static zap(props: ZapProps): DynamicScanner {
    return new ZapScanner(props);
  }

  /**
   * A scanner that the library does not know. Its script gets the URL as `DEVSECOPS_INPUT`.
   *
   * @param scanner its script, report format and tools
   * @param options target and network
   * @throws if the target is not http(s)
   */
  public static custom(scanner: CustomScannerProps, options: CustomDynamicScanOptions): DynamicScanner {
    return new CustomDynamicScanner(customScanner(scanner), options);
  }

  /** What the scanner needs. */
  public abstract bind(): DynamicScannerConfig;
}

class CustomDynamicScanner extends DynamicScanner {
  constructor(private readonly scanner: ScannerConfig, private readonly options: CustomDynamicScanOptions) {
    super();
    requireHttpUrl('target', options.target);
  }

  public bind(): DynamicScannerConfig {
    return { ...this.options, scanner: this.scanner };
  }
}

class ZapScanner extends DynamicScanner {
  constructor(private readonly props: ZapProps) {
    super();
    requireHttpUrl('target', props.target);
    if ((props.scan === ZapScan.API) !== (props.apiDescriptionUrl !== undefined)) {
      throw invalid({
        prop: 'apiDescriptionUrl',
        rule: 'must be given for ZapScan.API, and for no other scan',
        value: props.apiDescriptionUrl,
        remedy: 'give the URL of the OpenAPI or GraphQL description, or choose another scan',
      });
    }
    if (props.apiDescriptionUrl !== undefined) {
      requireHttpUrl('apiDescriptionUrl', props.apiDescriptionUrl);
    }
    if (props.authentication) {
      requireHttpUrl('authentication.loggedInUrl', props.authentication.loggedInUrl);
    }
    const minutes = props.maxMinutes ?? DEFAULT_MINUTES;
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 480) {
      throw invalid({ prop: 'maxMinutes', rule: 'must be a whole number from 1 to 480', value: minutes, remedy: 'a baseline scan takes a few minutes, a full one up to hours' });
    }
  }

  public bind(): DynamicScannerConfig {
    const { props } = this;
    const authentication = props.authentication;
    return {
      target: props.target,
      timeout: Duration.minutes((props.maxMinutes ?? DEFAULT_MINUTES) + MINUTES_AROUND_SCAN),
      furtherUrls: [props.apiDescriptionUrl, authentication?.loggedInUrl].filter((url) => url !== undefined),
      vpc: props.vpc,
      subnets: props.subnets,
      scanner: {
        scannerName: 'zap',
        reportFormat: ReportFormat.ZAP,
        script: ScannerScript._ofLibrary('scanners/zap.sh'),
        tools: ['zap'],
        toolPins: props.tool && { zap: props.tool },
        environment: {
          ZAP_SCAN: props.scan ?? ZapScan.BASELINE,
          ZAP_MAX_MINUTES: String(props.maxMinutes ?? DEFAULT_MINUTES),
          ...(props.apiDescriptionUrl !== undefined && {
            API_DESCRIPTION_URL: props.apiDescriptionUrl,
            API_DESCRIPTION: props.apiDescription ?? ApiDescription.OPENAPI,
          }),
          ...(authentication && {
            AUTHENTICATION_HEADER: authentication.headerName ?? 'Authorization',
            LOGGED_IN_URL: authentication.loggedInUrl,
          }),
        },
        secrets: authentication && { AUTHENTICATION_VALUE: authentication.headerValue },
      },
    };
  }
}
