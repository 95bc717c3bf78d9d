import { aws_codepipeline as codepipeline } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INormalizerGate } from '../findings/normalizer-gate';
import { FindingsEnvironment, ReportFormat } from '../findings/report-format';
import { PipelineRun } from '../jobs/pipeline-run';
import { PipelineStage } from '../pipeline-stage';
import { invalid } from '../private/validate';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Where in the pipeline a gate runs. */
export enum GatePosition {
  /** In the Scan stage, beside the scans of image and code: nothing is pushed without its passing verdict. */
  SCAN = 'SCAN',
  /** In the Staging stage, after the deployment: nothing goes to production without its passing verdict. */
  STAGING = 'STAGING',
}

/** What a gate gets to build itself from. */
export interface SecurityGateBindOptions {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The gate as the normalizer knows it, registered already. */
  readonly gate: INormalizerGate;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /** Artifact with the image archive. */
  readonly imageArtifact: codepipeline.Artifact;

  /** Run order of the gate's first action within its stage. */
  readonly runOrder: number;
}

/** What a gate adds to the pipeline. */
export interface SecurityGateConfig {
  /** Actions of the gate's stage, at least one. The first has the run order that was given. */
  readonly actions: codepipeline.IAction[];
}

/**
 * A gate of your own.
 *
 * The pipeline registers it with the normalizer and requires its passing verdict before it pushes or deploys: a gate
 * that was added cannot be skipped. `ScanGate` builds the job, the rights and the action from a scanner.
 */
export interface ISecurityGate {
  /** Id of the gate: 2 to 32 lower-case letters, digits or hyphens, unique in the pipeline. */
  readonly gateId: string;

  /** Form of the reports that the gate writes. */
  readonly reportFormat: ReportFormat;

  /** Where in the pipeline the gate runs. */
  readonly position: GatePosition;

  /**
   * Build the gate.
   *
   * @param scope scope of the gate's own constructs
   * @param options what the gate is built from
   */
  bind(scope: Construct, options: SecurityGateBindOptions): SecurityGateConfig;
}

/** What follows from a gate's position. */
interface GatePlace {
  readonly stage: PipelineStage;
  readonly runOrder: number;
  readonly environment: FindingsEnvironment;
}

const PLACES: { readonly [position in GatePosition]: GatePlace } = {
  [GatePosition.SCAN]: { stage: PipelineStage.SCAN, runOrder: 1, environment: FindingsEnvironment.CANDIDATE },
  [GatePosition.STAGING]: { stage: PipelineStage.STAGING, runOrder: 2, environment: FindingsEnvironment.STAGING },
};

/** Where a gate belongs. What another language did not implement arrives as undefined, and must not pick a place by itself. */
export function placeOf(gate: ISecurityGate): GatePlace {
  requireImplemented('gateId', gate.gateId, undefined);
  requireImplemented('reportFormat', gate.reportFormat, Object.values(ReportFormat));
  requireImplemented('position', gate.position, Object.values(GatePosition));
  return PLACES[gate.position];
}

function requireImplemented(prop: string, value: unknown, known: string[] | undefined): void {
  if (typeof value !== 'string' || (known && !known.includes(value))) {
    throw invalid({
      prop: `additionalGates.${prop}`,
      rule: known ? `must be one of ${known.join(', ')}` : 'must be a string',
      value,
      remedy: 'return it from a getter; in Python declare it with @property, not as an attribute',
    });
  }
}
