import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { privateBucket } from '../private/private-bucket';

/** An encrypted bucket for a service's records, which are kept for a year, also when the stack is deleted. */
export function recordBucket(scope: Construct, id: string, encryptionKey: kms.IKey): s3.Bucket {
  const bucket = privateBucket(scope, id, {
    encryptionKey,
    lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) }],
    noReplicationBecause: 'Copies in a second Region are the owner\'s choice, not a default',
  });
  acknowledge(bucket, 'The bucket holds records itself, nothing but a service of AWS writes to it, and reading needs its key, whose use CloudTrail records',
    'AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled', 'HIPAA.Security-S3BucketLoggingEnabled',
    'PCI.DSS.321-S3BucketLoggingEnabled');
  return bucket;
}
