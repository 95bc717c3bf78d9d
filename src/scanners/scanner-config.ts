import { ScannerScript } from './scanner-script';
import { ReportFormat } from '../findings/report-format';
import { JobSecret } from '../jobs/job-secret';
import { ToolPin } from '../tools/tool-version';

/** What a scanner needs in its job, and what it writes. The gate around it does the rest. */
export interface ScannerConfig {
  /** Name of the scanner, as findings and evidence show it, like `grype`. */
  readonly scannerName: string;

  /** Form of the report that it writes. */
  readonly reportFormat: ReportFormat;

  /** The script that runs it. */
  readonly script: ScannerScript;

  /**
   * Names of the library's own tools that the script installs, like `grype`.
   *
   * @default - none
   */
  readonly tools?: string[];

  /**
   * Other releases of the library's tools, or tools that it does not know, by name.
   *
   * @default - the library's pins
   */
  readonly toolPins?: { [name: string]: ToolPin };

  /**
   * Plain environment variables of the job. Never secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Secrets of the job, by environment variable.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: JobSecret };

  /**
   * Directories or files of the CDK app that the job gets, like rules, by the environment variable that names them to
   * the script.
   *
   * @default - none
   */
  readonly assetPaths?: { [name: string]: string };
}

/** A scanner that the library does not know. */
export interface CustomScannerProps {
  /** Name of the scanner, as findings and evidence show it, 1 to 64 characters. */
  readonly scannerName: string;

  /** Form of the report that it writes: one of the known ones, or SARIF. */
  readonly reportFormat: ReportFormat;

  /** The script that runs it: see `ScannerScript` for what it gets and must write. */
  readonly script: ScannerScript;

  /**
   * The tools that the script needs, by name. Each is downloaded, verified and put into `PATH`.
   *
   * @default - what the build image has
   */
  readonly tools?: { [name: string]: ToolPin };

  /**
   * Plain environment variables of the job. Never secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Secrets of the job, by environment variable.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: JobSecret };

  /**
   * Directories or files of the CDK app that the job gets, by the environment variable that names them to the script.
   *
   * @default - none
   */
  readonly assetPaths?: { [name: string]: string };
}

/** The configuration of a scanner that the library does not know. */
export function customScanner(props: CustomScannerProps): ScannerConfig {
  return {
    scannerName: props.scannerName,
    reportFormat: props.reportFormat,
    script: props.script,
    toolPins: props.tools,
    environment: props.environment,
    secrets: props.secrets,
    assetPaths: props.assetPaths,
  };
}
