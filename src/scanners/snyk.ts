import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { ScannerConfig } from './scanner-config';
import { ScannerScript } from './scanner-script';
import { ReportFormat } from '../findings/report-format';
import { invalid, requireHttpUrl } from '../private/validate';
import { ToolPin } from '../tools/tool-version';

/** Props of the scanners by Snyk. */
export interface SnykProps {
  /** Secret with the API token of a service account. */
  readonly apiToken: secretsmanager.ISecret;

  /**
   * Field of the secret that holds the token.
   *
   * @default - the whole secret is the token
   */
  readonly apiTokenField?: string;

  /**
   * Id or slug of the Snyk organization.
   *
   * @default - the default organization of the token
   */
  readonly organization?: string;

  /**
   * Base URL of Snyk's API, for another region, like `https://api.eu.snyk.io`.
   *
   * @default 'https://api.snyk.io'
   */
  readonly apiUrl?: string;

  /**
   * Another release of the Snyk CLI.
   *
   * @default - the library's pin
   */
  readonly cli?: ToolPin;
}

/** The configuration that Snyk's scanners share. */
export function snykConfig(props: SnykProps, reportFormat: ReportFormat, script: string): ScannerConfig {
  if (props.apiToken === undefined) {
    throw invalid({ prop: 'apiToken', rule: 'must be a secret', remedy: 'give a Secrets Manager secret with the token of a Snyk service account' });
  }
  if (props.apiUrl !== undefined) {
    requireHttpUrl('apiUrl', props.apiUrl);
  }
  return {
    scannerName: reportFormat,
    reportFormat,
    script: ScannerScript._ofLibrary(script),
    tools: ['snyk'],
    toolPins: props.cli && { snyk: props.cli },
    environment: {
      SNYK_API: props.apiUrl ?? 'https://api.snyk.io',
      SNYK_DISABLE_ANALYTICS: '1',
      ...(props.organization !== undefined && { SNYK_CFG_ORG: props.organization }),
    },
    secrets: { SNYK_TOKEN: { secret: props.apiToken, field: props.apiTokenField } },
  };
}
