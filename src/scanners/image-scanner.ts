import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { CustomScannerProps, customScanner, ScannerConfig } from './scanner-config';
import { ScannerScript } from './scanner-script';
import { snykConfig, SnykProps } from './snyk';
import { ReportFormat } from '../findings/report-format';
import { invalid, requireHttpUrl } from '../private/validate';
import { ToolPin } from '../tools/tool-version';

/** Options of `ImageScanner.anchore()`. */
export interface AnchoreOptions {
  /**
   * Another release of Grype.
   *
   * @default - the library's pin
   */
  readonly grype?: ToolPin;

  /**
   * How old Grype's vulnerability database may be, in days. An older one is an error.
   *
   * @default 5
   */
  readonly databaseMaxAgeDays?: number;
}

/** Props of `ImageScanner.anchoreEnterprise()`. */
export interface AnchoreEnterpriseProps {
  /** URL of the Anchore Enterprise server. */
  readonly url: string;

  /** Secret with the fields `username` and `password`; for an API key the user name is `_api_key`. */
  readonly credentials: secretsmanager.ISecret;

  /** The release of anchorectl that fits the server. Its publisher gives no checksums: take the SHA-256 of a download that you trust. */
  readonly anchorectl: ToolPin;

  /**
   * Account of the server that the image belongs to.
   *
   * @default - the account of the user
   */
  readonly account?: string;
}

/** A tool that finds vulnerable packages in the image. It gets the image as an archive: no Docker, no repository code. */
export abstract class ImageScanner {
  /**
   * Anchore's open-source scanner Grype, over an SBOM by Syft.
   *
   * @param options its release and database
   * @throws if the age of the database is not between 1 and 30 days
   */
  public static anchore(options: AnchoreOptions = {}): ImageScanner {
    const age = options.databaseMaxAgeDays ?? 5;
    if (!Number.isInteger(age) || age < 1 || age > 30) {
      throw invalid({
        prop: 'databaseMaxAgeDays', rule: 'must be a whole number from 1 to 30', value: age, remedy: 'keep the database fresher: the default is 5',
      });
    }
    return new ConfiguredImageScanner({
      scannerName: 'grype',
      reportFormat: ReportFormat.GRYPE,
      script: ScannerScript._ofLibrary('scanners/grype.sh'),
      tools: ['grype'],
      toolPins: options.grype && { grype: options.grype },
      environment: { DATABASE_MAX_AGE_DAYS: String(age) },
    });
  }

  /**
   * An Anchore Enterprise server, through anchorectl.
   *
   * @param props the server, its credentials and the release of anchorectl
   * @throws without credentials or anchorectl, or if the URL is not http(s)
   */
  public static anchoreEnterprise(props: AnchoreEnterpriseProps): ImageScanner {
    requireHttpUrl('url', props.url);
    requireSecret('credentials', props.credentials, 'a Secrets Manager secret with the fields username and password');
    if (props.anchorectl === undefined) {
      throw invalid({ prop: 'anchorectl', rule: 'must be given', remedy: 'pin the release that fits your server with ToolPin.of({ version, url, sha256 })' });
    }
    return new ConfiguredImageScanner({
      scannerName: 'anchorectl',
      reportFormat: ReportFormat.ANCHORECTL,
      script: ScannerScript._ofLibrary('scanners/anchorectl.sh'),
      tools: ['anchorectl'],
      toolPins: { anchorectl: props.anchorectl },
      environment: { ANCHORECTL_URL: props.url, ...(props.account !== undefined && { ANCHORECTL_ACCOUNT: props.account }) },
      secrets: {
        ANCHORECTL_USERNAME: { secret: props.credentials, field: 'username' },
        ANCHORECTL_PASSWORD: { secret: props.credentials, field: 'password' },
      },
    });
  }

  /**
   * Snyk Container.
   *
   * @param props its token and organization
   * @throws without a token
   */
  public static snyk(props: SnykProps): ImageScanner {
    return new ConfiguredImageScanner(snykConfig(props, ReportFormat.SNYK, 'scanners/snyk-container.sh'));
  }

  /**
   * A scanner that the library does not know.
   *
   * @param props its script, report format and tools
   */
  public static custom(props: CustomScannerProps): ImageScanner {
    return new ConfiguredImageScanner(customScanner(props));
  }

  /** What the scanner needs in its job. */
  public abstract bind(): ScannerConfig;
}

class ConfiguredImageScanner extends ImageScanner {
  constructor(private readonly config: ScannerConfig) {
    super();
  }

  public bind(): ScannerConfig {
    return this.config;
  }
}

function requireSecret(prop: string, secret: secretsmanager.ISecret | undefined, what: string): void {
  if (secret === undefined) {
    throw invalid({ prop, rule: 'must be a secret', remedy: `give ${what}` });
  }
}
