import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_iam as iam, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateJob } from './gate-job';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { GatePolicy } from '../policy/gate-policy';
import { ImageScanner } from '../scanners/image-scanner';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Props of `ImageScanGate`. */
export interface ImageScanGateProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /** Artifact with the image archive. */
  readonly imageArtifact: codepipeline.Artifact;

  /**
   * The scanner.
   *
   * @default ImageScanner.anchore()
   */
  readonly scanner?: ImageScanner;

  /**
   * When findings stop the pipeline.
   *
   * @default - GatePolicy.failOn(Severity.HIGH), and only with a fix available
   */
  readonly policy?: GatePolicy;

  /**
   * Id of the gate, for pipelines with several of its kind.
   *
   * @default 'image'
   */
  readonly gateId?: string;

  /**
   * Name of the action, and namespace of its variables.
   *
   * @default 'ImageScan'
   */
  readonly actionName?: string;

  /**
   * How long the scanner may take.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * Scans the image archive: computes its digests and its SBOM, then lets the scanner look. It has no Docker, no
 * repository code, and believes nothing that the build says of the image.
 */
export class ImageScanGate extends Construct {
  /** The project that scans. */
  public readonly project: codebuild.IProject;

  /** Role of the project. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage after the build. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: ImageScanGateProps) {
    super(scope, id);
    const scanner = (props.scanner ?? ImageScanner.anchore()).bind();
    const gate = props.workspace.normalizer.addGate(props.gateId ?? 'image', { reportFormat: scanner.reportFormat, policy: props.policy });
    const gateJob = new GateJob(this, 'Gate', {
      workspace: props.workspace,
      gate,
      scanner,
      description: `Gate ${gate.gateId}: ${scanner.scannerName} over the image archive; digests and SBOM`,
      script: 'gates/scan-gate.sh',
      scanInput: 'image',
      inputs: [props.imageArtifact],
      environment: sourceEnvironment(props.run),
      scannerTimeout: props.timeout ?? Duration.minutes(30),
      tools: ['syft', 'crane'],
    });
    this.project = gateJob.job.project;
    this.role = gateJob.job.role;
    const actionName = props.actionName ?? 'ImageScan';
    this.action = gateJob.createAction({ actionName, variablesNamespace: actionName, variables: runVariables(props.run) });
  }
}
