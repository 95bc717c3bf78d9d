import { aws_codepipeline as codepipeline, aws_s3_assets as assets, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INormalizerGate } from '../findings/normalizer-gate';
import { JobNetworkProps } from '../jobs/job-network';
import { JobActionProps, PipelineJob } from '../jobs/pipeline-job';
import { invalid } from '../private/validate';
import { ScannerConfig } from '../scanners/scanner-config';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** How long a job waits for the normalizer's verdict: its own timeout, and no longer. */
const VERDICT_TIMEOUT = Duration.minutes(15);

/** What installing tools and moving artifacts may take beside the scan itself. */
const OVERHEAD = Duration.minutes(10);

/** Variables that every gate leaves, and the library's scripts know. */
export const SUMMARY_VARIABLE = 'SUMMARY';

export interface GateJobProps {
  readonly workspace: PipelineWorkspace;
  readonly gate: INormalizerGate;
  readonly scanner: ScannerConfig;
  readonly description: string;
  /** The gate's own script. It runs the scanner's, which only writes a report, and does all the rest. */
  readonly script: 'gates/secrets-gate.sh' | 'gates/scan-gate.sh' | 'gates/dynamic-gate.sh';
  /** What the scanner gets. */
  readonly scanInput: 'history' | 'tree' | 'commit' | 'image' | 'url';
  readonly inputs: codepipeline.Artifact[];
  readonly output?: codepipeline.Artifact;
  readonly scannerTimeout: Duration;
  readonly environment?: { [name: string]: string };
  readonly exportedVariables?: string[];
  /** Tools that the gate needs beside the scanner's own. */
  readonly tools?: string[];
  readonly network?: Omit<JobNetworkProps, 'toolMirror'>;
}

/** A scanner in a job of its own: it runs, puts its report, asks its alias of the normalizer, and obeys the verdict. */
export class GateJob extends Construct {
  public readonly job: PipelineJob;

  constructor(scope: Construct, id: string, props: GateJobProps) {
    super(scope, id);
    const { workspace, gate, scanner } = props;
    if (scanner.reportFormat !== gate.reportFormat) {
      throw invalid({
        prop: 'reportFormat',
        rule: `must be that of the gate '${gate.gateId}' (${gate.reportFormat})`,
        value: scanner.reportFormat,
        remedy: 'register the gate with the format that its scanner writes',
      });
    }
    requireOwnNames(scanner);
    const ownScript: { [name: string]: assets.Asset } = scanner.script._file === undefined
      ? {}
      : { SCANNER_SCRIPT_ASSET: new assets.Asset(this, 'ScannerScript', { path: scanner.script._file }) };
    const files = Object.fromEntries(Object.entries(scanner.assetPaths ?? {}).map(([name, path]) =>
      [name, new assets.Asset(this, name, { path })]));

    this.job = new PipelineJob(this, 'Job', workspace, {
      description: props.description,
      script: props.script,
      inputs: props.inputs,
      output: props.output,
      environment: {
        ...scanner.environment,
        ...props.environment,
        ...(scanner.script._libraryScript !== undefined && { SCANNER_SCRIPT: scanner.script._libraryScript }),
        SCAN_INPUT: props.scanInput,
        GATE_ID: gate.gateId,
        SCANNER_NAME: scanner.scannerName,
        REPORT_FORMAT: scanner.reportFormat,
        FINDINGS_BUCKET: workspace.normalizer.bucket.bucketName,
        NORMALIZER_ALIAS: gate.alias.functionArn,
        SCANNER_TIMEOUT_SECONDS: String(props.scannerTimeout.toSeconds()),
        VERDICT_TIMEOUT_SECONDS: String(VERDICT_TIMEOUT.toSeconds()),
      },
      secrets: scanner.secrets,
      assets: { ...ownScript, ...files },
      exportedVariables: [...(props.exportedVariables ?? []), SUMMARY_VARIABLE],
      tools: [...(scanner.tools ?? Object.keys(scanner.toolPins ?? {})), ...(props.tools ?? [])],
      toolOverrides: scanner.toolPins,
      junitReport: true,
      timeout: props.scannerTimeout.plus(VERDICT_TIMEOUT).plus(OVERHEAD),
      network: props.network,
    });
    gate.grantJudge(this.job.role);
  }

  public createAction(props: JobActionProps): codepipeline.IAction {
    return this.job.createAction(props);
  }
}

/** Names that the library gives to every gate's job. */
const RESERVED = /^(PATH$|HOME$|LD_|BASH_|ENV$|IFS$|AWS_|CODEBUILD_|DEVSECOPS_|GATE_ID$|SCANNER_|SCAN_|REPORT_FORMAT$|FINDINGS_BUCKET$|NORMALIZER_ALIAS$|VERDICT_|SOURCE_|RUN_ID$|COMMIT_|EXECUTION_ID$)/;

/** A scanner brings variables of its own, and must not redirect those of the gate. */
function requireOwnNames(scanner: ScannerConfig): void {
  for (const prop of ['environment', 'secrets', 'assetPaths'] as const) {
    for (const name of Object.keys(scanner[prop] ?? {})) {
      if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name) || RESERVED.test(name)) {
        throw invalid({
          prop,
          rule: 'must name environment variables in upper case that the gate does not use itself',
          value: name,
          remedy: 'choose another name, like \'LICENCE_POLICY\'',
        });
      }
    }
  }
}
