import { Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledge } from '../../src/private/acknowledge';
import { acknowledgeWildcards, allow, serviceRole } from '../../src/private/role-statements';
import { logicalId, newStack, statementsOf } from '../jobs/support';
import { nagViolations } from '../monitoring/support';

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = newStack();
  role = serviceRole(stack, 'Role', new iam.ServicePrincipal('lambda.amazonaws.com'), 'x'.repeat(1500));
});

test('a description is cut to the 1,000 characters that IAM allows', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { Description: 'x'.repeat(1000) });
});

test('a statement becomes a right of the role, with its conditions', () => {
  allow(role, { sid: 'Read', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/key'], conditions: { Bool: { 'aws:SecureTransport': 'true' } } });
  expect(statementsOf(role)).toEqual([{
    sid: 'Read', effect: 'Allow', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/key'], conditions: { Bool: { 'aws:SecureTransport': 'true' } },
  }]);
});

test('a wildcard without a reason is found by cdk-nag', () => {
  allow(role, { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] });
  expect(nagViolations(stack)).toContainEqual(expect.stringMatching(/^AwsSolutions-IAM5/));
});

test.each([
  ['text', () => 'arn:aws:s3:::bucket/*'],
  ['a bucket of the stack', () => new s3.Bucket(stack, 'Bucket').arnForObjects('*')],
  ['a bucket by its name', () => s3.Bucket.fromBucketName(stack, 'Bucket', 'bucket').arnForObjects('logs/*')],
  ['everything', () => '*'],
])('a wildcard with a reason is acknowledged: %s', (_, resource) => {
  allow(role, { actions: ['s3:GetObject'], resources: [resource()], wildcardsBecause: 'A test needs it' });
  expect(nagViolations(role)).toEqual([]);
});

test('an action with a wildcard is acknowledged by its own name', () => {
  allow(role, { actions: ['s3:GetObject*'], resources: ['arn:aws:s3:::bucket/key'], wildcardsBecause: 'A test needs it' });
  expect(nagViolations(role)).toEqual([]);
});

test('a bucket of another stack is acknowledged, by its import', () => {
  const other = new Stack(stack.node.root as any, 'Other', { env: { account: '111122223333', region: 'eu-central-1' } });
  allow(role, { actions: ['s3:GetObject'], resources: [new s3.Bucket(other, 'Bucket').arnForObjects('*')], wildcardsBecause: 'A test needs it' });
  expect(nagViolations(role)).toEqual([]);
});

test('one acknowledgement does not cover another wildcard', () => {
  allow(role, { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'], wildcardsBecause: 'A test needs it' });
  allow(role, { actions: ['s3:PutObject'], resources: ['arn:aws:s3:::other/*'] });
  expect(nagViolations(role)).toEqual([expect.stringMatching(/other\/\*/)]);
});

test('a principal outside the tree has nothing to acknowledge', () => {
  expect(() => acknowledgeWildcards(new iam.AccountRootPrincipal(), 'A test needs it', ['s3:*'], ['*'])).not.toThrow();
});

test('an acknowledgement carries its reason into the construct\'s metadata, also for ids with more than one \'::\'', () => {
  const ids = ['AwsSolutions-S1', 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::bucket/*]'];
  acknowledge(role, 'A test needs it', ...ids);
  const written = role.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as object));
  const acknowledged = written.filter(([, reason]) => reason === 'A test needs it').map(([id]) => id.replace('annotation::', ''));
  expect([...new Set(acknowledged)]).toEqual(ids);
});

test('the right of one role is no right of another', () => {
  const other = serviceRole(stack, 'OtherRole', new iam.ServicePrincipal('lambda.amazonaws.com'), 'Another');
  allow(role, { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/key'] });
  expect([logicalId(other) === logicalId(role), statementsOf(other)]).toEqual([false, []]);
});
