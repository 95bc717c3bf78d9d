import { aws_iam as iam, aws_kms as kms, aws_s3 as s3, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { findingsKeyPattern, findingsPrefix } from '../contracts';
import { privateBucket } from '../private/private-bucket';

export interface FindingsBucketProps {
  readonly encryptionKey: kms.IKey;
  readonly accessLogsBucket: s3.IBucket;
}

/** Kinds of objects that only the project's Lambdas may write. */
const WRITTEN_BY_LAMBDAS = ['verdict', 'findings', 'state', 'evidence', 'report'] as const;

/** Kinds of objects that are deleted after a year; verdicts, evidence, state and releases stay. */
const EXPIRING = ['rawReport', 'findings', 'report'] as const;

/**
 * The bucket that holds reports, verdicts, findings, state and evidence. Its policy, not the goodwill of its users, says
 * that only the project's Lambdas write anything but raw reports, and that verdicts and state are written conditionally.
 */
export class FindingsBucket extends Construct {
  public readonly bucket: s3.Bucket;
  private readonly writers: string[] = [];

  constructor(scope: Construct, id: string, props: FindingsBucketProps) {
    super(scope, id);
    this.bucket = privateBucket(this, 'Bucket', {
      encryptionKey: props.encryptionKey,
      accessLogs: { bucket: props.accessLogsBucket, prefix: 'findings' },
      lifecycleRules: [
        ...EXPIRING.map((kind) => ({
          id: `expire-${findingsPrefix(kind).replace('/', '')}`,
          prefix: findingsPrefix(kind),
          expiration: Duration.days(365),
          noncurrentVersionExpiration: Duration.days(30),
        })),
        { id: 'old-state', prefix: findingsPrefix('state'), noncurrentVersionExpiration: Duration.days(90) },
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      noReplicationBecause: 'Findings live in Security Hub too; copies in a second Region are the owner\'s choice, not a default',
    });

    const writers = { 'aws:PrincipalArn': this.writers };
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'OnlyTheProjectsLambdasWriteResults',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: WRITTEN_BY_LAMBDAS.map((kind) => this.bucket.arnForObjects(`${findingsPrefix(kind)}*`)),
      conditions: { ArnNotEquals: writers },
    }));
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AVerdictIsWrittenOnce',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnForObjects(`${findingsPrefix('verdict')}*`)],
      conditions: { Null: { 's3:if-none-match': 'true' } },
    }));
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'StateIsWrittenConditionally',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: ['state', 'evidence'].map((kind) => this.bucket.arnForObjects(`${findingsPrefix(kind as 'state' | 'evidence')}*`)),
      conditions: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
    }));
  }

  /** Let nobody but the given roles put reports under a gate's prefix: a report is what a verdict is made from. */
  public reserveReports(gateId: string, reporters: string[]): void {
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: [this.bucket.arnForObjects(findingsKeyPattern('rawReport', { gate: gateId }))],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': reporters } },
    }));
  }

  /** Let a Lambda's role write results. The bucket's policy refuses everybody else, whatever their own policies say. */
  public admitWriter(role: iam.IRole): void {
    this.writers.push(role.roleArn);
  }
}
