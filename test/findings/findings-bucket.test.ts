import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FindingsBucket } from '../../src/findings/findings-bucket';
import { FindingsNormalizer } from '../../src/findings/findings-normalizer';
import { ReportFormat } from '../../src/findings/report-format';
import { keyAndLogs, logicalId, newStack, propertiesOf, readable, StatementOf, statementsAllowing } from '../jobs/support';

let stack: Stack;
let normalizer: FindingsNormalizer;

beforeEach(() => {
  stack = newStack();
  normalizer = new FindingsNormalizer(stack, 'Normalizer', keyAndLogs(stack));
});

/** The statements of the bucket's own policy. */
function bucketPolicy(): StatementOf[] {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  return policies.find(({ Properties }) => Properties.Bucket.Ref === logicalId(normalizer.bucket))!.Properties.PolicyDocument.Statement.map(readable);
}

function statement(sid: string): StatementOf {
  return bucketPolicy().find((each) => each.sid === sid)!;
}

function objects(...prefixes: string[]): string[] {
  return prefixes.map((prefix) => `<${logicalId(normalizer.bucket)}.Arn>/${prefix}/*`);
}

function bucketProperties(properties: object): void {
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', Match.objectLike({
    LoggingConfiguration: Match.objectLike({ LogFilePrefix: 'findings/' }), ...properties,
  }));
}

test('is kept when its stack is deleted', () => {
  expect(Template.fromStack(stack).toJSON().Resources[logicalId(normalizer.bucket)]).toMatchObject({
    DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
  });
});

test('is versioned, so that the report that was judged can be read again', () => {
  bucketProperties({ VersioningConfiguration: { Status: 'Enabled' } });
});

test('is encrypted with the given key', () => {
  bucketProperties({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
      }],
    },
  });
});

test('is closed to the public', () => {
  bucketProperties({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
  });
});

test('refuses plain HTTP', () => {
  expect(bucketPolicy()).toContainEqual(expect.objectContaining({
    effect: 'Deny', actions: ['s3:*'], conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }));
});

test('refuses TLS below 1.2', () => {
  expect(bucketPolicy()).toContainEqual(expect.objectContaining({
    effect: 'Deny', actions: ['s3:*'], conditions: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
  }));
});

test('lets nobody but the project\'s functions write or delete verdicts, findings, state, evidence and reports', () => {
  expect(statement('OnlyTheProjectsLambdasWriteResults')).toEqual({
    sid: 'OnlyTheProjectsLambdasWriteResults',
    effect: 'Deny',
    actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
    resources: objects('verdicts', 'findings', 'state', 'evidence', 'reports'),
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [logicalId(normalizer.role), 'Arn'] }] } },
  });
});

test('admits a function that was made a writer later', () => {
  const role = new iam.Role(stack, 'BriefRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  normalizer._grantWriteResults(role, 'evidence', 'report');
  expect(statement('OnlyTheProjectsLambdasWriteResults').conditions.ArnNotEquals['aws:PrincipalArn']).toEqual([
    { 'Fn::GetAtt': [logicalId(normalizer.role), 'Arn'] }, { 'Fn::GetAtt': [logicalId(role), 'Arn'] },
  ]);
});

test('lets a writer write only the kinds that it was admitted for', () => {
  const role = new iam.Role(stack, 'BriefRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  normalizer._grantWriteResults(role, 'report');
  expect(statementsAllowing(role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual(objects('reports'));
});

test('takes every verdict once: a write without If-None-Match is refused for everybody', () => {
  expect(statement('AVerdictIsWrittenOnce')).toEqual({
    sid: 'AVerdictIsWrittenOnce',
    effect: 'Deny',
    actions: ['s3:PutObject'],
    resources: objects('verdicts'),
    conditions: { Null: { 's3:if-none-match': 'true' } },
  });
});

test('takes state and evidence conditionally only, so that two runs cannot overwrite each other', () => {
  expect(statement('StateIsWrittenConditionally')).toEqual({
    sid: 'StateIsWrittenConditionally',
    effect: 'Deny',
    actions: ['s3:PutObject'],
    resources: objects('state', 'evidence'),
    conditions: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
  });
});

test.each(['OnlyTheProjectsLambdasWriteResults', 'AVerdictIsWrittenOnce', 'StateIsWrittenConditionally'])('%s is about everybody', (sid) => {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy', {
    Properties: { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: sid })]) } },
  }));
  expect(policy.Properties.PolicyDocument.Statement.find((each: any) => each.Sid === sid).Principal).toEqual({ AWS: '*' });
});

test.each(['raw/', 'findings/', 'reports/'])('deletes %s after a year', (prefix) => {
  bucketProperties({
    LifecycleConfiguration: {
      Rules: Match.arrayWith([Match.objectLike({
        Prefix: prefix, ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: 'Enabled',
      })]),
    },
  });
});

test.each(['verdicts/', 'evidence/', 'state/', 'releases/'])('keeps %s', (prefix) => {
  const rules = propertiesOf(normalizer.bucket).LifecycleConfiguration.Rules;
  const expiring = rules.filter((rule: any) => rule.ExpirationInDays !== undefined);
  expect(expiring.filter((rule: any) => rule.Prefix === undefined || prefix.startsWith(rule.Prefix))).toEqual([]);
});

test('forgets old versions of state after 90 days', () => {
  bucketProperties({
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ Prefix: 'state/', NoncurrentVersionExpiration: { NoncurrentDays: 90 } })]) },
  });
});

test('does not keep broken uploads', () => {
  bucketProperties({
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]) },
  });
});

test('has no writer of its own', () => {
  const other = newStack();
  const { bucket } = new FindingsBucket(other, 'Findings', keyAndLogs(other));
  Template.fromStack(other).hasResourceProperties('AWS::S3::BucketPolicy', {
    Bucket: { Ref: logicalId(bucket) },
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Sid: 'OnlyTheProjectsLambdasWriteResults', Condition: { ArnNotEquals: { 'aws:PrincipalArn': [] } },
      })]),
    },
  });
});

test('stays one bucket with any number of gates', () => {
  normalizer.addGate('image', { reportFormat: ReportFormat.GRYPE });
  normalizer.addGate('code', { reportFormat: ReportFormat.SEMGREP });
  Template.fromStack(stack).resourcePropertiesCountIs('AWS::S3::Bucket', { LoggingConfiguration: Match.objectLike({ LogFilePrefix: 'findings/' }) }, 1);
});
