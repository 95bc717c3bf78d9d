import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { recordBucket } from './record-bucket';
import { acknowledge } from '../private/acknowledge';
import { admitLogs } from '../private/publishers';

/** What an `AuditTrailSource` may use. */
export interface AuditTrailSourceOptions {
  /** The key for the log files; its policy is extended for CloudTrail and CloudWatch Logs. */
  readonly encryptionKey: kms.IKey;
}

/** What an `AuditTrailSource` made. */
export interface AuditTrailSourceConfig {
  /**
   * The trail that was made.
   *
   * @default - none was made: the account has one
   */
  readonly trail?: cloudtrail.Trail;

  /**
   * The bucket with the trail's log files.
   *
   * @default - none was made: the account has one
   */
  readonly logBucket?: s3.Bucket;
}

/**
 * Where the record of API calls comes from. EventBridge sees a call only if some trail of the account records management
 * events in its Region.
 */
export abstract class AuditTrailSource {
  /**
   * A trail of its own: write-only management events of all Regions, encrypted, with log file validation, kept for a year
   * in a bucket and in CloudWatch Logs.
   *
   * The first copy of management events in a Region is free, each further trail is billed per event (CloudTrail pricing):
   * take `existingTrail()` where the account or the organization has one.
   */
  public static newTrail(): AuditTrailSource {
    return new NewTrail();
  }

  /**
   * The trail that the account or its organization already has. Creates nothing. It must record at least the write-only
   * management events of the pipeline's Region, without excluding KMS; otherwise no alert is ever sent.
   */
  public static existingTrail(): AuditTrailSource {
    return new ExistingTrail();
  }

  /**
   * Makes the trail, if one is to be made.
   *
   * @param scope scope of its own for what is made
   * @param options what the trail is made with
   */
  public abstract bind(scope: Construct, options: AuditTrailSourceOptions): AuditTrailSourceConfig;
}

class ExistingTrail extends AuditTrailSource {
  public bind(_scope: Construct, _options: AuditTrailSourceOptions): AuditTrailSourceConfig {
    return {};
  }
}

class NewTrail extends AuditTrailSource {
  public bind(scope: Construct, { encryptionKey }: AuditTrailSourceOptions): AuditTrailSourceConfig {
    admitTrail(scope, encryptionKey);
    const logBucket = recordBucket(scope, 'LogBucket', encryptionKey);
    const trail = new cloudtrail.Trail(scope, 'Trail', {
      bucket: logBucket,
      encryptionKey,
      managementEvents: cloudtrail.ReadWriteType.WRITE_ONLY,
      enableFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      sendToCloudWatchLogs: true,
      cloudWatchLogGroup: new logs.LogGroup(scope, 'LogGroup', {
        encryptionKey,
        retention: logs.RetentionDays.ONE_YEAR,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
    });
    acknowledge(trail, 'The role is made by the CDK\'s Trail, for this one log group; its policy has no other use',
      'NIST.800.53.R5-IAMNoInlinePolicy', 'HIPAA.Security-IAMNoInlinePolicy', 'PCI.DSS.321-IAMNoInlinePolicy');
    return { trail, logBucket };
  }
}

/** By "Configure AWS KMS key policies for CloudTrail" and "Encrypt log data in CloudWatch Logs". */
function admitTrail(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  const trails = stack.formatArn({ service: 'cloudtrail', region: '*', resource: 'trail', resourceName: '*' });
  const cloudTrail = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
  // In a key policy, * is the key itself.
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [cloudTrail],
    actions: ['kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trails } },
  }));
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [cloudTrail],
    actions: ['kms:DescribeKey'],
    resources: ['*'],
  }));
  admitLogs(stack, key);
}
