import { Annotations, Stack } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IDependable } from 'constructs';
import { recordBucket } from './record-bucket';
import { RECORDER_READS } from './recorder-permissions';
import { acknowledge } from '../private/acknowledge';

/** What a `ConfigRecorder` needs to know. */
export interface ConfigRecorderOptions {
  /** The types of resources to record, as CloudFormation names them. */
  readonly resourceTypes: string[];

  /** The key for the recorded configurations. */
  readonly encryptionKey: kms.IKey;
}

/** What a `ConfigRecorder` made. */
export interface ConfigRecorderConfig {
  /** What the rules must wait for; empty if a recorder exists. */
  readonly dependencies: IDependable[];
}

/**
 * The recorder of AWS Config that the rules need. An account has at most one per Region (AWS Config service limits).
 */
export abstract class ConfigRecorder {
  /**
   * The recorder that the account already has in this Region. Creates nothing and warns, because AWS Config
   * refuses rules, and with them the deployment, where there is none; and rules stay without a result until it records the
   * resources.
   */
  public static existing(): ConfigRecorder {
    return new ExistingRecorder();
  }

  /**
   * A recorder limited to what the rules check, with its role and an encrypted bucket. The deployment fails if the account
   * already has a recorder in this Region.
   */
  public static create(): ConfigRecorder {
    return new NewRecorder();
  }

  /**
   * Makes the recorder, if one is to be made.
   *
   * @param scope scope of its own for what is made
   * @param options what the recorder is made with
   */
  public abstract bind(scope: Construct, options: ConfigRecorderOptions): ConfigRecorderConfig;
}

class ExistingRecorder extends ConfigRecorder {
  public bind(scope: Construct, { resourceTypes }: ConfigRecorderOptions): ConfigRecorderConfig {
    Annotations.of(scope).addWarningV2(
      'cdk-devsecops-eks:ComplianceRules.recorder',
      `the deployment fails unless this Region has a recorder of AWS Config, and the rules stay without a result until it records ${resourceTypes.join(', ')}; `
      + 'acknowledge this if one does, or use ConfigRecorder.create()',
    );
    return { dependencies: [] };
  }
}

class NewRecorder extends ConfigRecorder {
  public bind(scope: Construct, { resourceTypes, encryptionKey }: ConfigRecorderOptions): ConfigRecorderConfig {
    const bucket = recordBucket(scope, 'Bucket', encryptionKey);
    const role = recorderRole(scope, bucket, { resourceTypes, encryptionKey });
    const recorder = new config.CfnConfigurationRecorder(scope, 'Recorder', {
      roleArn: role.roleArn,
      recordingGroup: { allSupported: false, includeGlobalResourceTypes: false, resourceTypes },
    });
    const channel = new config.CfnDeliveryChannel(scope, 'Channel', {
      s3BucketName: bucket.bucketName,
      s3KmsKeyArn: encryptionKey.keyArn,
    });
    // AWS Config tries out the delivery. The recorder itself waits for the channel: no dependency between the two.
    channel.node.addDependency(role, bucket.policy!);
    return { dependencies: [recorder, channel] };
  }
}

/** By "Permissions for the IAM Role Assigned to AWS Config". */
function recorderRole(scope: Construct, bucket: s3.Bucket, { resourceTypes, encryptionKey }: ConfigRecorderOptions): iam.Role {
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('config.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const policy = new iam.ManagedPolicy(scope, 'Policy', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: resourceTypes.flatMap((type) => RECORDER_READS[type]),
        // A recorder finds resources by listing them, and reads those that did not exist when it was deployed.
        resources: ['*'],
      }),
      new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [encryptionKey.keyArn] }),
    ],
  });
  acknowledge(policy, 'A recorder reads the configuration, not the data, of all resources of a few types, also of later ones', 'AwsSolutions-IAM5[Resource::*]');
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    principals: [role],
    actions: ['s3:GetBucketAcl', 's3:ListBucket'],
    resources: [bucket.bucketArn],
  }));
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    principals: [role],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(scope).account}/Config/*`)],
    conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  }));
  return role;
}
