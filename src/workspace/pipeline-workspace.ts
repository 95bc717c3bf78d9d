import { aws_kms as kms, aws_s3 as s3, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FindingsNormalizer } from '../findings/findings-normalizer';
import { Waivers } from '../policy/waivers';
import { acknowledge } from '../private/acknowledge';
import { privateBucket } from '../private/private-bucket';
import { admitLogs, admitPublishers } from '../private/publishers';
import { ScriptBundle } from '../private/script-bundle';
import { ToolMirror } from '../tools/tool-mirror';

/** Props of `PipelineWorkspace`. */
export interface PipelineWorkspaceProps {
  /**
   * Key that encrypts everything of the pipeline. Its policy must admit CloudWatch Logs, CloudWatch and EventBridge.
   *
   * @default - a new key with rotation, which is kept when the stack is deleted
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Findings that somebody has accepted for a while.
   *
   * @default - nothing is waived
   */
  readonly waivers?: Waivers;

  /**
   * Let gates pass on their verdict while Security Hub is off or failing, and import the findings later.
   *
   * @default false
   */
  readonly deferImport?: boolean;

  /**
   * Name of the product under which Security Hub shows the findings, 1 to 128 characters.
   *
   * @default 'cdk-devsecops-eks'
   */
  readonly productName?: string;

  /**
   * Bucket of the artifacts of a pipeline that exists already. Its key, if it has one of its own, must be `encryptionKey`.
   *
   * @default - a new one
   */
  readonly artifactBucket?: s3.IBucket;

  /**
   * Where jobs fetch their tools from instead of the internet.
   *
   * @default - from the publishers, over the internet
   */
  readonly toolMirror?: ToolMirror;
}

/**
 * What the jobs of one pipeline share: the key, the bucket of artifacts, the findings normalizer with its bucket, and
 * the place that tools come from. Every gate, build and deployment is made in a workspace.
 */
export class PipelineWorkspace extends Construct {
  /** Key that encrypts everything of the pipeline. */
  public readonly encryptionKey: kms.IKey;

  /** Bucket of the pipeline's artifacts. Give it to the pipeline as its `artifactBucket`. */
  public readonly artifactBucket: s3.IBucket;

  /** Bucket that takes the server access logs of the others. */
  public readonly accessLogsBucket: s3.IBucket;

  /** Turns reports into findings and verdicts. */
  public readonly normalizer: FindingsNormalizer;

  /**
   * Where jobs fetch their tools from instead of the internet.
   *
   * @default - from the publishers
   */
  public readonly toolMirror?: ToolMirror;

  /** @internal */
  public readonly _scripts: ScriptBundle;

  constructor(scope: Construct, id: string, props: PipelineWorkspaceProps = {}) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey ?? new kms.Key(this, 'Key', {
      description: 'Encrypts artifacts, findings, images, logs and messages of the delivery pipeline',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.admitServices();
    this.toolMirror = props.toolMirror;

    this.accessLogsBucket = privateBucket(this, 'AccessLogs', {
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(1) }],
      noReplicationBecause: 'Access logs are kept for a year in one Region; a copy elsewhere is the owner\'s choice',
    });
    acknowledge(this.accessLogsBucket, 'This bucket takes the access logs; logging it into itself would never end',
      'AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled', 'HIPAA.Security-S3BucketLoggingEnabled', 'PCI.DSS.321-S3BucketLoggingEnabled');
    acknowledge(this.accessLogsBucket, 'S3 delivers access logs to buckets with S3-managed keys; the logs hold no contents',
      'NIST.800.53.R5-S3DefaultEncryptionKMS', 'HIPAA.Security-S3DefaultEncryptionKMS', 'PCI.DSS.321-S3DefaultEncryptionKMS');
    this.artifactBucket = props.artifactBucket ?? privateBucket(this, 'Artifacts', {
      encryptionKey: this.encryptionKey,
      accessLogs: { bucket: this.accessLogsBucket, prefix: 'artifacts' },
      lifecycleRules: [{
        expiration: Duration.days(90),
        noncurrentVersionExpiration: Duration.days(90),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      }],
      noReplicationBecause: 'Artifacts can be built again from the commit and expire after 90 days',
    });

    this.normalizer = new FindingsNormalizer(this, 'Normalizer', {
      encryptionKey: this.encryptionKey,
      accessLogsBucket: this.accessLogsBucket,
      waivers: props.waivers,
      deferImport: props.deferImport,
      productName: props.productName,
    });
    this._scripts = new ScriptBundle(this, 'Scripts');
  }

  /** Encrypted log groups and topics need the services as users of the key. */
  private admitServices(): void {
    const { statementAdded } = admitLogs(this, this.encryptionKey);
    admitPublishers(this.encryptionKey);
    if (!statementAdded) {
      Validations.of(this).addWarning('cdk-devsecops-eks:PipelineWorkspace.importedKey',
        'the policy of the given \'encryptionKey\' is not managed by this app: it must admit CloudWatch Logs, cloudwatch.amazonaws.com and events.amazonaws.com');
    }
  }
}
