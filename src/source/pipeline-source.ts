import {
  aws_codecommit as codecommit, aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_events as events,
  aws_iam as iam, aws_s3 as s3, RemovalPolicy, Validations,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireCodeConnections } from '../private/partition';
import { invalid, isKnown } from '../private/validate';

/** Whether the checkout job can read the history of a source. */
export enum SourceHistory {
  /** It clones the repository, with all commits. */
  FULL = 'FULL',
  /** There are only files. */
  NONE = 'NONE',
}

/** A bound source: the pipeline's first action, and what the checkout job needs to read it. */
export interface PipelineSourceConfig {
  /** The source action. Add it to the first stage. */
  readonly action: codepipeline.IAction;

  /** Artifact that the source action emits: a reference to clone, or an archive. */
  readonly artifact: codepipeline.Artifact;

  /** Whether the checkout job can read the history. */
  readonly history: SourceHistory;

  /** Name of the repository or bucket, as findings and evidence show it. */
  readonly repositoryName: string;

  /** Branch that is built, or the key of the S3 object. */
  readonly branchName: string;

  /** Rights to read the source: this one only, and read only. The checkout job gets them. */
  readonly cloneStatements: iam.PolicyStatement[];

  /**
   * Pattern of events that start the pipeline, for sources whose action brings no trigger of its own.
   *
   * @default - the source action starts the pipeline
   */
  readonly triggerPattern?: events.EventPattern;
}

/** Options of a CodeCommit source. */
export interface CodeCommitSourceOptions {
  /**
   * Branch that is built.
   *
   * @default 'main'
   */
  readonly branch?: string;
}

/** Options of a source behind a CodeConnections connection. */
export interface ConnectionSourceOptions {
  /** ARN of the connection to GitHub, GitLab or Bitbucket. A connection made by CloudFormation stays pending until somebody finishes it in the console. */
  readonly connectionArn: string;

  /**
   * Branch that is built.
   *
   * @default 'main'
   */
  readonly branch?: string;
}

/** Options of an S3 source. */
export interface S3SourceOptions {
  /** Key of the zip file with the source. The bucket must be versioned and send its events to EventBridge. */
  readonly objectKey: string;
}

/** Where commits come from. A push to the branch starts the pipeline. */
export abstract class PipelineSource {
  /**
   * A CodeCommit repository. EventBridge starts the pipeline on a push.
   *
   * @param repository the repository, new or existing
   * @param options its branch
   */
  public static codeCommit(repository: codecommit.IRepository, options: CodeCommitSourceOptions = {}): PipelineSource {
    return new CodeCommitSource(repository, requireBranch(options.branch));
  }

  /**
   * A new CodeCommit repository in the pipeline's stack. It is kept when the stack is deleted.
   *
   * @param repositoryName name of the repository, 1 to 100 letters, digits, '.', '_' or '-'
   * @param options its branch
   */
  public static newCodeCommit(repositoryName: string, options: CodeCommitSourceOptions = {}): PipelineSource {
    return new NewCodeCommitSource(repositoryName, requireBranch(options.branch));
  }

  /**
   * A repository on GitHub, GitLab or Bitbucket, through AWS CodeConnections.
   *
   * @param repository full name, like `owner/repository`; GitLab groups may nest
   * @param options connection and branch
   * @throws if the name has another form or the ARN is not one of a connection
   */
  public static connection(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return new ConnectionSource(repository, options.connectionArn, requireBranch(options.branch));
  }

  /**
   * A zip file in S3. It has no history: the pipeline demands `SecretsScan.treeOnly()`.
   *
   * @param bucket a versioned bucket that sends its events to EventBridge
   * @param options key of the file
   */
  public static s3(bucket: s3.IBucket, options: S3SourceOptions): PipelineSource {
    return new S3Source(bucket, options.objectKey);
  }

  /**
   * Make the source action.
   *
   * @param scope scope for constructs and warnings
   */
  public abstract bind(scope: Construct): PipelineSourceConfig;
}

class CodeCommitSource extends PipelineSource {
  constructor(private readonly repository: codecommit.IRepository, private readonly branch: string) {
    super();
  }

  public bind(): PipelineSourceConfig {
    const artifact = new codepipeline.Artifact('Source');
    return {
      artifact,
      action: new actions.CodeCommitSourceAction({
        actionName: 'Source',
        repository: this.repository,
        branch: this.branch,
        output: artifact,
        // The pipeline brings the rule: the action's own would be made in the scope, and the stack, of the repository.
        trigger: actions.CodeCommitTrigger.NONE,
        codeBuildCloneOutput: true,
      }),
      triggerPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [this.repository.repositoryArn],
        detail: { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['branch'], referenceName: [this.branch] },
      },
      history: SourceHistory.FULL,
      repositoryName: this.repository.repositoryName,
      branchName: this.branch,
      cloneStatements: [new iam.PolicyStatement({ sid: 'CloneSource', actions: ['codecommit:GitPull'], resources: [this.repository.repositoryArn] })],
    };
  }
}

class NewCodeCommitSource extends PipelineSource {
  constructor(private readonly repositoryName: string, private readonly branch: string) {
    super();
    if (isKnown(repositoryName) && !/^[\w.-]{1,100}$/.test(repositoryName)) {
      throw invalid({
        prop: 'repositoryName',
        rule: 'must be 1 to 100 letters, digits, \'.\', \'_\' or \'-\' (CodeCommit quotas)',
        value: repositoryName,
        remedy: 'choose a name like \'shop\'',
      });
    }
  }

  public bind(scope: Construct): PipelineSourceConfig {
    const repository = new codecommit.Repository(scope, 'Repository', { repositoryName: this.repositoryName });
    repository.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return PipelineSource.codeCommit(repository, { branch: this.branch }).bind(scope);
  }
}

class ConnectionSource extends PipelineSource {
  private readonly owner: string;
  private readonly repo: string;

  constructor(private readonly repository: string, private readonly connectionArn: string, private readonly branch: string) {
    super();
    if (!/^[\w.-]+(\/[\w.-]+)+$/.test(repository)) {
      throw invalid({ prop: 'repository', rule: 'must be the full name of a repository', value: repository, remedy: 'write it like \'owner/repository\'' });
    }
    if (isKnown(connectionArn) && !/^arn:[\w-]+:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/[\w-]+$/.test(connectionArn)) {
      throw invalid({
        prop: 'connectionArn', rule: 'must be the ARN of a connection', value: connectionArn, remedy: 'copy it from the console under Developer Tools, Connections',
      });
    }
    const parts = repository.split('/');
    this.repo = parts.pop()!;
    this.owner = parts.join('/');
  }

  public bind(scope: Construct): PipelineSourceConfig {
    requireCodeConnections(scope, 'source');
    const artifact = new codepipeline.Artifact('Source');
    return {
      artifact,
      action: new ConnectionSourceAction({
        actionName: 'Source',
        connectionArn: this.connectionArn,
        owner: this.owner,
        repo: this.repo,
        branch: this.branch,
        output: artifact,
        codeBuildCloneOutput: true,
        triggerOnPush: true,
      }),
      history: SourceHistory.FULL,
      repositoryName: this.repository,
      branchName: this.branch,
      // The service has two names and checks the one that the connection was made under.
      cloneStatements: ['codeconnections', 'codestar-connections'].map((service) => new iam.PolicyStatement({
        actions: [`${service}:UseConnection`],
        resources: [this.connectionArn],
        conditions: {
          StringEquals: { [`${service}:FullRepositoryId`]: this.repository },
          StringEqualsIfExists: { [`${service}:ProviderPermissionsRequired`]: 'read_only' },
        },
      })),
    };
  }
}

/** CDK's action lets the pipeline use the connection under the service's old name only. */
class ConnectionSourceAction extends actions.CodeStarConnectionsSourceAction {
  constructor(private readonly connection: actions.CodeStarConnectionsSourceActionProps) {
    super(connection);
  }

  protected bound(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    options.role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['codeconnections:UseConnection'], resources: [this.connection.connectionArn],
    }));
    return super.bound(scope, stage, options);
  }
}

class S3Source extends PipelineSource {
  constructor(private readonly bucket: s3.IBucket, private readonly objectKey: string) {
    super();
    if (isKnown(objectKey) && !objectKey.endsWith('.zip')) {
      throw invalid({ prop: 'objectKey', rule: 'must name a zip file', value: objectKey, remedy: 'upload the source as one file, like \'shop/source.zip\'' });
    }
  }

  public bind(scope: Construct): PipelineSourceConfig {
    Validations.of(scope).addWarning('cdk-devsecops-eks:PipelineSource.s3Events',
      'the S3 source starts the pipeline through EventBridge: the bucket must be versioned and have \'eventBridgeEnabled\'');
    const artifact = new codepipeline.Artifact('Source');
    return {
      artifact,
      action: new actions.S3SourceAction({
        actionName: 'Source',
        bucket: this.bucket,
        bucketKey: this.objectKey,
        output: artifact,
        trigger: actions.S3Trigger.NONE,
      }),
      history: SourceHistory.NONE,
      repositoryName: this.bucket.bucketName,
      branchName: this.objectKey,
      cloneStatements: [],
      triggerPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [this.bucket.bucketName] }, object: { key: [this.objectKey] } },
      },
    };
  }
}

function requireBranch(branch: string = 'main'): string {
  if (isKnown(branch) && !/^(?!-|refs\/)[^\s~^:?*[\\]+$/.test(branch)) {
    throw invalid({ prop: 'branch', rule: 'must be the name of one branch', value: branch, remedy: 'write it without refs/heads/, like \'main\'' });
  }
  return branch;
}
