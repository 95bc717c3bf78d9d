import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_ec2 as ec2, aws_ecr as ecr, aws_iam as iam, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { assumedRole, ClusterAccess } from './cluster-access';
import { EksTarget } from './eks-target';
import { findingsKeyPattern, findingsPrefix } from '../contracts';
import { RequiredGates } from '../gates/required-gates';
import { PipelineJob } from '../jobs/pipeline-job';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { requireDnsLabel } from '../private/validate';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Props of `EksDeployment`. */
export interface EksDeploymentProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the deployment belongs to. */
  readonly run: PipelineRun;

  /** Where and how. */
  readonly target: EksTarget;

  /** Name of the environment, a DNS label, like `staging`. Part of evidence and messages. */
  readonly environmentName: string;

  /** Repository that the image was pushed to. */
  readonly repository: ecr.IRepository;

  /** The gates whose passing verdict, for this run and this digest, the deployment demands. */
  readonly requiredGates: RequiredGates;

  /**
   * VPC of the job, where the target names no other.
   *
   * @default - outside any VPC, unless the cluster's endpoint is private
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Run order of the action within its stage.
   *
   * @default 1
   */
  readonly runOrder?: number;
}

/**
 * Deploys the digest that was scanned: renders the commit's manifests with it, applies them with a field manager of its
 * own, awaits the rollout, explains a failure, and undoes it by applying the previous release's manifests again.
 */
export class EksDeployment extends Construct {
  /** The project that deploys. */
  public readonly project: codebuild.IProject;

  /** Role of the project: one per target. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage after the release. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: EksDeploymentProps) {
    super(scope, id);
    const { workspace, target, environmentName } = props;
    requireDnsLabel('environmentName', environmentName);
    const stack = Stack.of(this);
    const environment = target._environment(stack);
    const { vpc, subnets } = target._reach(this, environmentName, props.vpc);
    const rolloutTimeout = target._options.rolloutTimeout ?? Duration.minutes(10);
    const deployRole = assumedRole(this, { prop: environmentName, target, access: 'deploy' });
    const bucket = workspace.normalizer.bucket;

    const job = new PipelineJob(this, 'Job', workspace, {
      description: `Deploys the scanned digest to ${environmentName}`,
      script: 'deploy/deploy.sh',
      inputs: [props.run.commitArtifact],
      environment: {
        ...sourceEnvironment(props.run),
        ENVIRONMENT_NAME: environmentName,
        CLUSTER_NAME: target.clusterName,
        CLUSTER_REGION: environment.region,
        NAMESPACE: target.namespace,
        DEPLOYMENT_KIND: target._options.deployment._kind,
        DEPLOYMENT_PATH: target._options.deployment._path,
        ...target._options.deployment._environment,
        ROLLOUT_TIMEOUT_SECONDS: String(rolloutTimeout.toSeconds()),
        REPOSITORY_URI: props.repository.repositoryUri,
        FINDINGS_BUCKET: bucket.bucketName,
        REQUIRED_GATES: Lazy.string({ produce: () => props.requiredGates._render() }),
        ...(target.url !== undefined && { SMOKE_URL: target.url }),
        ...(deployRole && { DEPLOY_ROLE_ARN: deployRole.roleArn }),
      },
      exportedVariables: ['IMAGE_DIGEST', 'SUMMARY'],
      tools: target._options.deployment._tools,
      // Twice the rollout: an undo awaits its own. CodeBuild counts in minutes.
      timeout: Duration.minutes(Math.ceil(2 * rolloutTimeout.toSeconds() / 60) + 15),
      network: vpc && { vpc, subnets },
      statements: [
        {
          sid: 'KeepRenderedManifests',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [bucket.arnForObjects(findingsKeyPattern('release', { target: environmentName }))],
          wildcardsBecause: 'One object per release of this target',
        },
        {
          sid: 'FindPreviousRelease',
          actions: ['s3:ListBucket'],
          resources: [bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${findingsPrefix('release')}${environmentName}/*`] } },
        },
        { sid: 'EncryptManifests', actions: ['kms:GenerateDataKey'], resources: [workspace.encryptionKey.keyArn] },
      ],
    });
    workspace.normalizer.grantReadVerdicts(job.role);
    this.node.addValidation({ validate: () => workspace.normalizer._unknownGates(props.requiredGates.ids) });
    new ClusterAccess(this, 'Access', { prop: environmentName, target, job, access: 'deploy', vpc: props.vpc });
    this.project = job.project;
    this.role = job.role;
    this.action = job.createAction({
      actionName: 'Deploy',
      runOrder: props.runOrder ?? 1,
      variablesNamespace: `Deploy-${environmentName}`,
      variables: runVariables(props.run),
    });
  }
}
