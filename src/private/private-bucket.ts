import { aws_iam as iam, aws_kms as kms, aws_s3 as s3, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

export interface PrivateBucketProps {
  /** Without a key the bucket is encrypted with keys of S3. */
  readonly encryptionKey?: kms.IKey;
  readonly lifecycleRules: s3.LifecycleRule[];
  /** Where its access logs go, and why there is no copy in a second Region. */
  readonly accessLogs?: { readonly bucket: s3.IBucket; readonly prefix: string };
  readonly noReplicationBecause: string;
}

/** A versioned, encrypted bucket that is closed to the public and to plain HTTP, and kept when its stack is deleted. */
export function privateBucket(scope: Construct, id: string, props: PrivateBucketProps): s3.Bucket {
  const bucket = new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    bucketKeyEnabled: props.encryptionKey !== undefined,
    encryption: props.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey: props.encryptionKey,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: props.lifecycleRules,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    versioned: true,
  });
  acknowledge(bucket, props.noReplicationBecause,
    'NIST.800.53.R5-S3BucketReplicationEnabled', 'HIPAA.Security-S3BucketReplicationEnabled', 'PCI.DSS.321-S3BucketReplicationEnabled');
  if (props.accessLogs) {
    deliverAccessLogs(bucket, props.accessLogs.bucket, props.accessLogs.prefix);
  }
  return bucket;
}

/** By bucket policy: the L2's way depends on a feature flag of the app, and without it needs ACLs. */
function deliverAccessLogs(from: s3.Bucket, to: s3.IBucket, prefix: string): void {
  (from.node.defaultChild as s3.CfnBucket).loggingConfiguration = { destinationBucketName: to.bucketName, logFilePrefix: `${prefix}/` };
  to.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [to.arnForObjects(`${prefix}/*`)],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(from).account } },
  }));
}
