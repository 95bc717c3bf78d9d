import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Waivers } from '../../src/policy/waivers';
import { ToolMirror } from '../../src/tools/tool-mirror';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { flatten, logicalId, newStack, newWorkspace, propertiesOf } from '../jobs/support';
import { nagViolations } from '../monitoring/support';

let stack: Stack;

beforeEach(() => {
  stack = newStack();
});

function resource(construct: any): any {
  return Template.fromStack(stack).toJSON().Resources[logicalId(construct)];
}

function keyPolicy(): any[] {
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  return key.Properties.KeyPolicy.Statement;
}

describe('the key', () => {
  test('is a new one with rotation, kept when the stack is deleted, by default', () => {
    const { encryptionKey } = newWorkspace(stack);
    expect(resource(encryptionKey)).toMatchObject({ Properties: { EnableKeyRotation: true }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is the given one, and no other is made', () => {
    const encryptionKey = new kms.Key(stack, 'OwnKey');
    expect(newWorkspace(stack, { encryptionKey }).encryptionKey).toBe(encryptionKey);
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
  });

  test.each([
    ['aws', 'eu-central-1', 'logs.eu-central-1.amazonaws.com'],
    ['aws-us-gov', 'us-gov-west-1', 'logs.us-gov-west-1.amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'logs.cn-north-1.amazonaws.com.cn'],
  ])('admits CloudWatch Logs in the partition %s, for log groups of this account', (_, region, service) => {
    stack = newStack(region);
    newWorkspace(stack);
    const statement = keyPolicy().find(({ Condition }) => Condition?.ArnLike);
    const domain = service.replace(`logs.${region}.`, '');
    expect(flatten(statement.Principal.Service).replace('<AWS::URLSuffix>', domain)).toBe(service);
    expect(statement).toMatchObject({
      Effect: 'Allow',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:${region}:111122223333:*`]] } } },
    });
  });

  test('admits what publishes to encrypted topics: CloudWatch alarms and EventBridge rules', () => {
    newWorkspace(stack);
    expect(keyPolicy()).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
      Resource: '*',
    });
  });

  test('admits nobody from outside', () => {
    newWorkspace(stack);
    expect(keyPolicy().filter(({ Principal }) => Principal === '*' || Principal.AWS === '*')).toEqual([]);
  });

  test('that the app does not manage gives a warning with what its policy must admit', () => {
    newWorkspace(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'OwnKey', 'arn:aws:kms:eu-central-1:111122223333:key/1') });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('the policy of the given \'encryptionKey\' is not managed by this app: it must admit '
      + 'CloudWatch Logs, cloudwatch.amazonaws.com and events.amazonaws.com.*cdk-devsecops-eks:PipelineWorkspace.importedKey'));
  });

  test('that the app manages gives no warning', () => {
    newWorkspace(stack);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('the bucket of artifacts', () => {
  test('is encrypted with the key', () => {
    const { artifactBucket, encryptionKey } = newWorkspace(stack);
    expect(propertiesOf(artifactBucket).BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [logicalId(encryptionKey), 'Arn'] },
    });
  });

  test('is closed to the public, versioned, and owned by its account', () => {
    expect(propertiesOf(newWorkspace(stack).artifactBucket)).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  test('forgets after 90 days', () => {
    expect(propertiesOf(newWorkspace(stack).artifactBucket).LifecycleConfiguration.Rules).toEqual([
      expect.objectContaining({
        ExpirationInDays: 90, NoncurrentVersionExpiration: { NoncurrentDays: 90 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      }),
    ]);
  });

  test('refuses plain HTTP', () => {
    const { artifactBucket } = newWorkspace(stack);
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: logicalId(artifactBucket) },
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      },
    });
  });

  test('logs who reads and writes it', () => {
    const { artifactBucket, accessLogsBucket } = newWorkspace(stack);
    expect(propertiesOf(artifactBucket).LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: logicalId(accessLogsBucket) }, LogFilePrefix: 'artifacts/',
    });
  });

  test('can be that of an existing pipeline', () => {
    const artifactBucket = s3.Bucket.fromBucketName(stack, 'OwnArtifacts', 'artifacts');
    expect(newWorkspace(stack, { artifactBucket }).artifactBucket).toBe(artifactBucket);
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 2);
  });
});

describe('the bucket of access logs', () => {
  test('keeps them for a year', () => {
    const { Rules } = propertiesOf(newWorkspace(stack).accessLogsBucket).LifecycleConfiguration;
    expect(Rules).toEqual([expect.objectContaining({ ExpirationInDays: 365 })]);
  });

  test('takes them from S3 for this account only, under a prefix for each bucket', () => {
    const { accessLogsBucket } = newWorkspace(stack);
    const policies = Template.fromStack(stack).findResources('AWS::S3::BucketPolicy', { Properties: { Bucket: { Ref: logicalId(accessLogsBucket) } } });
    const [policy] = Object.values(policies);
    const deliveries = policy.Properties.PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Allow');
    expect(deliveries).toEqual(['artifacts', 'findings'].map((prefix) => ({
      Effect: 'Allow',
      Action: 's3:PutObject',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [logicalId(accessLogsBucket), 'Arn'] }, `/${prefix}/*`]] },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    })));
  });
});

test.each(['artifactBucket', 'accessLogsBucket'] as const)('the %s is kept when the stack is deleted', (bucket) => {
  expect(resource(newWorkspace(stack)[bucket])).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

describe('the normalizer', () => {
  function variables(workspace: PipelineWorkspace): any {
    return propertiesOf(workspace.normalizer.function).Environment.Variables;
  }

  test('is strict and has the library\'s name by default', () => {
    expect(variables(newWorkspace(stack))).toMatchObject({ DEFER_IMPORT: 'false', PRODUCT_NAME: 'cdk-devsecops-eks' });
  });

  test('gets waivers, product name and what happens without Security Hub', () => {
    const waivers = Waivers.fromBucket(s3.Bucket.fromBucketName(stack, 'Waivers', 'waivers'), 'waivers.yaml');
    expect(variables(newWorkspace(stack, { waivers, productName: 'Shop', deferImport: true }))).toMatchObject({
      WAIVERS_BUCKET: 'waivers', WAIVERS_KEY: 'waivers.yaml', PRODUCT_NAME: 'Shop', DEFER_IMPORT: 'true',
    });
  });
});

test('has no tool mirror by default', () => {
  expect(newWorkspace(stack).toolMirror).toBeUndefined();
});

test('has the given tool mirror', () => {
  const toolMirror = ToolMirror.fromBucket(s3.Bucket.fromBucketName(stack, 'Mirror', 'mirror'));
  expect(newWorkspace(stack, { toolMirror }).toolMirror).toBe(toolMirror);
});

test('leaves no policy rule unacknowledged', () => {
  newWorkspace(stack);
  expect(nagViolations(stack)).toEqual([]);
});
