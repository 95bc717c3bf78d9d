import {
  aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_ecr as ecr, aws_iam as iam, Duration, RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PipelineJob } from '../jobs/pipeline-job';
import { PipelineRun, runVariables } from '../jobs/pipeline-run';
import { acknowledge } from '../private/acknowledge';
import { LOG_IN_TO_REGISTRY } from '../private/registry-login';
import { requireRepositoryPath } from '../private/validate';
import { ToolPin } from '../tools/tool-version';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Platform of the image. One image, one platform: an index of several is refused. */
export enum ImagePlatform {
  /** Linux on x86_64. */
  LINUX_AMD64 = 'linux/amd64',
  /** Linux on ARM64. */
  LINUX_ARM64 = 'linux/arm64',
}

/** How the image is built. */
export interface ImageBuildOptions {
  /**
   * Commands that run before the image is built, like unit tests. They run in the directory of the commit.
   *
   * @default - none
   */
  readonly commands?: string[];

  /**
   * Path of the Dockerfile, relative to the repository.
   *
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;

  /**
   * Directory that is the build's context, relative to the repository.
   *
   * @default '.'
   */
  readonly context?: string;

  /**
   * Build arguments of the Dockerfile. Never secrets: they stay readable in the image.
   *
   * @default - none
   */
  readonly buildArgs?: { [name: string]: string };

  /**
   * Platform of the image.
   *
   * @default ImagePlatform.LINUX_AMD64
   */
  readonly platform?: ImagePlatform;

  /**
   * Paths of JUnit files that the commands write, relative to the repository, for CodeBuild's report view.
   *
   * @default - none
   */
  readonly testReports?: string[];

  /**
   * Size of the machine.
   *
   * @default ComputeType.MEDIUM
   */
  readonly computeType?: codebuild.ComputeType;

  /**
   * How long the build may take.
   *
   * @default Duration.minutes(60)
   */
  readonly timeout?: Duration;

  /**
   * Another release of BuildKit, as an image with its digest.
   *
   * @default - the library's pin
   */
  readonly buildkit?: ToolPin;
}

/** Props of `ImageBuild`. */
export interface ImageBuildProps extends ImageBuildOptions {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the build belongs to. */
  readonly run: PipelineRun;
}

/**
 * Builds the image, once, as an archive.
 *
 * The only job that runs the repository's code, and the only privileged one. Nothing that it says is believed: it can
 * write its own artifact and its own layer cache, and nothing else.
 */
export class ImageBuild extends Construct {
  /** The project that builds. The only privileged one. */
  public readonly project: codebuild.IProject;

  /** Role of the project. Add rights here if the build must read, say, a private base image. */
  public readonly role: iam.IRole;

  /** Repository of the build's layer cache. No other job reads it. */
  public readonly cacheRepository: ecr.IRepository;

  /** Artifact with the image archive. */
  public readonly imageArtifact: codepipeline.Artifact;

  /** The pipeline action. Add it to a stage after the checkout. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: ImageBuildProps) {
    super(scope, id);
    requireRepositoryPath('dockerfile', props.dockerfile ?? 'Dockerfile');
    requireRepositoryPath('context', props.context ?? '.');
    const { workspace } = props;
    this.imageArtifact = new codepipeline.Artifact('Image');
    const cache = new ecr.Repository(this, 'LayerCache', {
      encryption: ecr.RepositoryEncryption.KMS,
      encryptionKey: workspace.encryptionKey,
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.MUTABLE,
      lifecycleRules: [{ description: 'A cache that nobody used for two weeks is cold', maxImageAge: Duration.days(14) }],
      removalPolicy: RemovalPolicy.DESTROY,
      emptyOnDelete: true,
    });
    this.cacheRepository = cache;

    const job = new PipelineJob(this, 'Job', workspace, {
      description: 'Builds the image archive; the only job that runs the repository\'s code',
      script: 'build/image-build.sh',
      inputs: [props.run.commitArtifact],
      output: this.imageArtifact,
      environment: {
        DOCKERFILE: props.dockerfile ?? 'Dockerfile',
        BUILD_CONTEXT: props.context ?? '.',
        BUILD_PLATFORM: props.platform ?? ImagePlatform.LINUX_AMD64,
        BUILD_COMMANDS: JSON.stringify(props.commands ?? []),
        BUILD_ARGS: JSON.stringify(props.buildArgs ?? {}),
        TEST_REPORTS: JSON.stringify(props.testReports ?? []),
        CACHE_REPOSITORY: cache.repositoryUri,
      },
      tools: ['buildkit'],
      toolOverrides: props.buildkit && { buildkit: props.buildkit },
      junitReport: (props.testReports ?? []).length > 0,
      privileged: true,
      // An image is built on its own architecture: emulation is slow, and not there.
      buildImage: props.platform === ImagePlatform.LINUX_ARM64 ? codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0 : undefined,
      computeType: props.computeType ?? codebuild.ComputeType.MEDIUM,
      timeout: props.timeout ?? Duration.minutes(60),
      statements: [
        {
          sid: 'UseLayerCache',
          actions: [
            'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:GetDownloadUrlForLayer',
            'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
          ],
          resources: [cache.repositoryArn],
        },
        LOG_IN_TO_REGISTRY,
      ],
    });
    acknowledge(job.project, 'Docker builds need a daemon. This is the only privileged project; it runs untrusted code, and its role can write nothing that is believed',
      'AwsSolutions-CB3');
    this.project = job.project;
    this.role = job.role;
    this.action = job.createAction({ actionName: 'Image', variables: runVariables(props.run) });
  }
}
