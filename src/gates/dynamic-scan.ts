import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_ec2 as ec2, aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateJob } from './gate-job';
import { assumedRole, ClusterAccess } from '../deploy/cluster-access';
import { EksTarget } from '../deploy/eks-target';
import { FindingsEnvironment } from '../findings/report-format';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { GatePolicy } from '../policy/gate-policy';
import { DynamicScanner } from '../scanners/dynamic-scanner';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Props of `DynamicScanGate`. */
export interface DynamicScanGateProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /** The scanner and its target. */
  readonly scanner: DynamicScanner;

  /** Where the application under scan runs. Before and after the scan the job checks that it runs the digest of its run. */
  readonly target: EksTarget;

  /**
   * When findings stop the pipeline.
   *
   * @default GatePolicy.failOn(Severity.HIGH)
   */
  readonly policy?: GatePolicy;

  /**
   * VPC of the job, where the target names no other.
   *
   * @default - outside any VPC, unless the cluster's endpoint is private
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Run order of the action within its stage.
   *
   * @default 2
   */
  readonly runOrder?: number;

  /**
   * How long the job may take, beside the time for the verdict.
   *
   * @default - what the scanner needs: for ZAP its `maxMinutes` and 30 more
   */
  readonly timeout?: Duration;
}

/** Looks at the running application from the outside. The job may read the namespace, and change nothing in it. */
export class DynamicScanGate extends Construct {
  /** The project that scans. */
  public readonly project: codebuild.IProject;

  /** Role of the project. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it after the deployment of its target, in the same stage. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: DynamicScanGateProps) {
    super(scope, id);
    const { workspace, run, target } = props;
    const { scanner, target: scanTarget, timeout, vpc, subnets } = props.scanner.bind();
    const reach = target._reach(this, 'staging', props.vpc);
    const viewRole = assumedRole(this, { prop: 'staging', target, access: 'view' });
    const gate = workspace.normalizer.addGate('dynamic', {
      reportFormat: scanner.reportFormat,
      policy: props.policy,
      environment: FindingsEnvironment.STAGING,
    });
    const jobVpc = vpc ?? reach.vpc;
    const gateJob = new GateJob(this, 'Gate', {
      workspace,
      gate,
      scanner,
      description: `Gate dynamic: ${scanner.scannerName} against the application in staging`,
      script: 'gates/dynamic-gate.sh',
      scanInput: 'url',
      inputs: [run.commitArtifact],
      environment: {
        ...sourceEnvironment(run),
        SCAN_TARGET: scanTarget,
        CLUSTER_NAME: target.clusterName,
        CLUSTER_REGION: target._environment(Stack.of(this)).region,
        NAMESPACE: target.namespace,
        ...(viewRole && { VIEW_ROLE_ARN: viewRole.roleArn }),
      },
      scannerTimeout: props.timeout ?? timeout ?? Duration.minutes(60),
      tools: ['kubectl'],
      network: jobVpc && { vpc: jobVpc, subnets: vpc ? subnets : reach.subnets },
    });
    workspace.normalizer.grantReadVerdicts(gateJob.job.role);
    new ClusterAccess(this, 'Access', { prop: 'staging', target, job: gateJob.job, access: 'view', vpc: props.vpc });
    this.project = gateJob.job.project;
    this.role = gateJob.job.role;
    this.action = gateJob.createAction({
      actionName: 'DynamicScan',
      runOrder: props.runOrder ?? 2,
      variablesNamespace: 'DynamicScan',
      variables: runVariables(run),
    });
  }
}
