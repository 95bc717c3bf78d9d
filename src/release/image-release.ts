import {
  aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_ecr as ecr, aws_iam as iam, Duration, Lazy, RemovalPolicy, Validations,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RequiredGates } from '../gates/required-gates';
import { PipelineJob } from '../jobs/pipeline-job';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { LOG_IN_TO_REGISTRY } from '../private/registry-login';
import { requireAccountId } from '../private/validate';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Props of `ImageRelease`. */
export interface ImageReleaseProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the push belongs to. */
  readonly run: PipelineRun;

  /** Artifact with the image archive. */
  readonly imageArtifact: codepipeline.Artifact;

  /** The gates whose passing verdict, for this run and this digest, the push demands. */
  readonly requiredGates: RequiredGates;

  /**
   * Repository that takes the image. Its tags should be immutable.
   *
   * @default - a new one: immutable tags, encrypted with the workspace's key, scanned on push, kept when the stack is deleted
   */
  readonly repository?: ecr.IRepository;

  /**
   * Accounts whose clusters pull the image.
   *
   * @default - this account only
   */
  readonly pullAccounts?: string[];
}

/**
 * Pushes the image that was scanned: the archive, without a Docker daemon, if and only if every required gate passed for
 * this run and this digest.
 */
export class ImageRelease extends Construct {
  /** The project that pushes. */
  public readonly project: codebuild.IProject;

  /** Role of the project: the only one of the pipeline that may push to the repository. */
  public readonly role: iam.IRole;

  /** Repository of released images. */
  public readonly repository: ecr.IRepository;

  /** The pipeline action. Add it to a stage after the gates. */
  public readonly action: codepipeline.IAction;

  /** Digest that was pushed: a pipeline variable, for display. What counts is the digest in the verdicts. */
  public readonly imageDigest: string;

  constructor(scope: Construct, id: string, props: ImageReleaseProps) {
    super(scope, id);
    const { workspace } = props;
    this.repository = props.repository ?? new ecr.Repository(this, 'Repository', {
      encryption: ecr.RepositoryEncryption.KMS,
      encryptionKey: workspace.encryptionKey,
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const account of new Set(props.pullAccounts ?? [])) {
      requireAccountId('pullAccounts', account, 'give the accounts of the clusters');
      const { statementAdded } = this.repository.addToResourcePolicy(new iam.PolicyStatement({
        sid: `PullFrom${account.replace(/\W/g, '')}`,
        principals: [new iam.AccountPrincipal(account)],
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      }));
      if (!statementAdded) {
        Validations.of(this).addWarning('cdk-devsecops-eks:ImageRelease.importedRepository',
          `the policy of the given 'repository' is not managed by this app: it must let the account ${account} pull`);
      }
    }
    const job = new PipelineJob(this, 'Job', workspace, {
      description: 'Pushes the scanned image archive by digest',
      script: 'release/push.sh',
      inputs: [props.imageArtifact],
      environment: {
        ...sourceEnvironment(props.run),
        FINDINGS_BUCKET: workspace.normalizer.bucket.bucketName,
        REPOSITORY_URI: this.repository.repositoryUri,
        REQUIRED_GATES: Lazy.string({ produce: () => props.requiredGates._render() }),
      },
      exportedVariables: ['IMAGE_DIGEST', 'IMAGE_URI', 'IMAGE_TAG'],
      tools: ['crane'],
      timeout: Duration.minutes(30),
      statements: [
        {
          sid: 'Push',
          actions: [
            'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:DescribeImages',
            'ecr:GetDownloadUrlForLayer', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
          ],
          resources: [this.repository.repositoryArn],
        },
        LOG_IN_TO_REGISTRY,
      ],
    });
    workspace.normalizer.grantReadVerdicts(job.role);
    this.node.addValidation({ validate: () => workspace.normalizer._unknownGates(props.requiredGates.ids) });
    this.project = job.project;
    this.role = job.role;
    this.action = job.createAction({ actionName: 'Push', variablesNamespace: 'Release', runOrder: 1, variables: runVariables(props.run) });
    this.imageDigest = '#{Release.IMAGE_DIGEST}';
  }
}
