import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_ec2 as ec2, aws_iam as iam, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateJob } from './gate-job';
import { INormalizerGate } from '../findings/normalizer-gate';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { invalid } from '../private/validate';
import { ScannerConfig } from '../scanners/scanner-config';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** What a gate scans. */
export enum ScanInput {
  /** The commit, as a directory. */
  COMMIT = 'commit',
  /** The image, as an archive. */
  IMAGE = 'image',
}

/** Props of `ScanGate`. */
export interface ScanGateProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The gate as the normalizer knows it: `workspace.normalizer.addGate()`, or the one that `bind` was given. */
  readonly gate: INormalizerGate;

  /** The scanner. */
  readonly scanner: ScannerConfig;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /**
   * What the scanner gets.
   *
   * @default ScanInput.COMMIT
   */
  readonly input?: ScanInput;

  /**
   * Artifact with the image archive, for `ScanInput.IMAGE`.
   *
   * @default - none, which only scans of the commit accept
   */
  readonly imageArtifact?: codepipeline.Artifact;

  /**
   * How long the scanner may take. The job also gets the time that a verdict may take.
   *
   * @default Duration.minutes(30)
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

  /**
   * Name of the action.
   *
   * @default - the id of the gate
   */
  readonly actionName?: string;

  /**
   * Run order of the action within its stage.
   *
   * @default 1
   */
  readonly runOrder?: number;
}

/**
 * A gate around any scanner: its CodeBuild job, the rights of that job, and the pipeline action. The job passes if and
 * only if the normalizer's verdict is `pass`.
 */
export class ScanGate extends Construct {
  /** The project that runs the scanner. */
  public readonly project: codebuild.IProject;

  /** Role of the project. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: ScanGateProps) {
    super(scope, id);
    const input = props.input ?? ScanInput.COMMIT;
    const artifact = input === ScanInput.COMMIT ? props.run.commitArtifact : props.imageArtifact;
    if (artifact === undefined) {
      throw invalid({ prop: 'imageArtifact', rule: 'must be given for ScanInput.IMAGE', value: artifact, remedy: 'give the artifact of ImageBuild' });
    }
    const gateJob = new GateJob(this, 'Gate', {
      workspace: props.workspace,
      gate: props.gate,
      scanner: props.scanner,
      description: `Gate ${props.gate.gateId}: ${props.scanner.scannerName} over the ${input}`,
      script: 'gates/scan-gate.sh',
      scanInput: input,
      inputs: [artifact],
      environment: sourceEnvironment(props.run),
      scannerTimeout: props.timeout ?? Duration.minutes(30),
      network: props.vpc && { vpc: props.vpc, subnets: props.subnets },
    });
    this.project = gateJob.job.project;
    this.role = gateJob.job.role;
    this.action = gateJob.createAction({
      actionName: props.actionName ?? props.gate.gateId,
      runOrder: props.runOrder,
      variables: runVariables(props.run),
    });
  }
}
