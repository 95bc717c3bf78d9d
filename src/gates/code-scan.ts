import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_iam as iam, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateJob } from './gate-job';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { GatePolicy } from '../policy/gate-policy';
import { CodeScanner } from '../scanners/code-scanner';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Props of `CodeScanGate`. */
export interface CodeScanGateProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /**
   * The scanner.
   *
   * @default CodeScanner.semgrep()
   */
  readonly scanner?: CodeScanner;

  /**
   * When findings stop the pipeline.
   *
   * @default GatePolicy.failOn(Severity.HIGH)
   */
  readonly policy?: GatePolicy;

  /**
   * Id of the gate, for pipelines with several of its kind.
   *
   * @default 'code'
   */
  readonly gateId?: string;

  /**
   * Name of the action, and namespace of its variables.
   *
   * @default 'CodeScan'
   */
  readonly actionName?: string;

  /**
   * How long the scanner may take.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/** Scans the source code for flaws. The code is read, never run. */
export class CodeScanGate extends Construct {
  /** The project that scans. */
  public readonly project: codebuild.IProject;

  /** Role of the project. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage after the checkout. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: CodeScanGateProps) {
    super(scope, id);
    const scanner = (props.scanner ?? CodeScanner.semgrep()).bind();
    const gate = props.workspace.normalizer.addGate(props.gateId ?? 'code', { reportFormat: scanner.reportFormat, policy: props.policy });
    const gateJob = new GateJob(this, 'Gate', {
      workspace: props.workspace,
      gate,
      scanner,
      description: `Gate ${gate.gateId}: ${scanner.scannerName} over the source code`,
      script: 'gates/scan-gate.sh',
      scanInput: 'commit',
      inputs: [props.run.commitArtifact],
      environment: sourceEnvironment(props.run),
      scannerTimeout: props.timeout ?? Duration.minutes(30),
    });
    this.project = gateJob.job.project;
    this.role = gateJob.job.role;
    const actionName = props.actionName ?? 'CodeScan';
    this.action = gateJob.createAction({ actionName, variablesNamespace: actionName, variables: runVariables(props.run) });
  }
}
