import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ToolMirror } from '../../src/tools/tool-mirror';

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = new Stack();
  role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
});

test('is under tools by default', () => {
  expect(ToolMirror.fromBucket(s3.Bucket.fromBucketName(stack, 'Bucket', 'my-bucket')).location).toBe('s3://my-bucket/tools');
});

test('is under the given prefix', () => {
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'my-bucket');
  expect(ToolMirror.fromBucket(bucket, 'mirror/v1').location).toBe('s3://my-bucket/mirror/v1');
});

test('shows its bucket', () => {
  const bucket = new s3.Bucket(stack, 'Bucket');
  expect(ToolMirror.fromBucket(bucket).bucket).toBe(bucket);
});

test.each(['', '/', '/tools', 'tools/', 'a//b', '*', 'tools*', 'to?ls', '../tools', 'a/./b', '${aws:username}'])(
  'refuses the prefix \'%s\'', (prefix) => {
    expect(() => ToolMirror.fromBucket(new s3.Bucket(stack, 'Bucket'), prefix)).toThrow(
      `'prefix' must be a key prefix of letters, digits and any of _ . = - without a slash at either end, got '${prefix}'; write it like 'tools' or 'mirror/tools'`,
    );
  });

test('grants reading objects under the prefix and nothing else', () => {
  const bucket = new s3.Bucket(stack, 'Bucket');
  ToolMirror.fromBucket(bucket, 'mirror').grantRead(role).assertSuccess();

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Policy', 1);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{
        Action: 's3:GetObject',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [stack.getLogicalId(bucket.node.defaultChild as s3.CfnBucket), 'Arn'] }, '/mirror/*']] },
      }],
    },
  });
  template.resourceCountIs('AWS::S3::BucketPolicy', 0);
});

test('grants decrypting with the key of the bucket', () => {
  const encryptionKey = new kms.Key(stack, 'Key');
  ToolMirror.fromBucket(new s3.Bucket(stack, 'Bucket', { encryptionKey })).grantRead(role).assertSuccess();

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Action: 's3:GetObject' }),
        { Action: 'kms:Decrypt', Effect: 'Allow', Resource: stack.resolve(encryptionKey.keyArn) },
      ],
    },
  });
});
