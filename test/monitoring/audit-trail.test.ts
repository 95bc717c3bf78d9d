import { NestedStack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { deployed, EventRule, eventRules, importedPipeline, importedProjects, importedRole, nagViolations, REGIONS, stackIn } from './support';
import { AuditTrail, AuditTrailProps } from '../../src/monitoring/audit-trail';
import { AuditTrailSource } from '../../src/monitoring/audit-trail-source';
import { WATCHED_CALLS } from '../../src/monitoring/watched-api-calls';

type Options = Omit<AuditTrailProps, 'pipeline' | 'pipelineRole' | 'projects'>;

function minimal(options: Options = {}, region = 'eu-central-1') {
  const stack = stackIn(region);
  const audit = new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack),
    pipelineRole: importedRole(stack, 'pipeline-role'),
    projects: importedProjects(stack, 'image'),
    ...options,
  });
  return { stack, audit };
}

/** Everything that can be watched, with names as long as AWS allows. */
function complete(region = 'eu-central-1') {
  const stack = stackIn(region);
  const long = (kind: string, length: number, count: number) =>
    Array.from({ length: count }, (_, index) => `${kind}${index}`.padEnd(length, 'x'));
  const audit = new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack),
    pipelineRole: importedRole(stack, 'pipeline-role'.padEnd(64, 'x')),
    actionRoles: [importedRole(stack, 'action-role'.padEnd(64, 'x'))],
    projects: importedProjects(stack, ...long('project', 150, 11)),
    functions: long('function', 64, 9).map((name) => lambda.Function.fromFunctionName(stack, name, name)),
    repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'.padEnd(256, 'x')),
    pushRole: importedRole(stack, 'push-role'),
    buckets: long('bucket', 63, 25).map((name) => s3.Bucket.fromBucketName(stack, name, name)),
    topics: long('topic', 256, 6).map((name) =>
      sns.Topic.fromTopicArn(stack, name, stack.formatArn({ service: 'sns', resource: name }))),
    clusterNames: long('cluster', 100, 12),
    roles: long('role', 64, 30).map((name) => importedRole(stack, name)),
    alertRecipients: ['security@example.com'],
  });
  return { stack, audit };
}

const COMPLETE_RULES = eventRules(complete().stack);

function watching(rules: EventRule[], call: string) {
  return rules.filter(({ pattern }) => pattern.detail.eventName.some((name: any) => name === call || name.prefix === call));
}

test.each(WATCHED_CALLS.flatMap(({ service, calls }) => calls.map((call) => [service, call])))('%s %s alerts', (service, call) => {
  const rules = watching(COMPLETE_RULES, call.replace('*', '')).filter(({ pattern }) => pattern.source[0] === `aws.${service}`);

  expect(rules.length).toBeGreaterThan(0);
  rules.forEach(({ pattern }) => expect(pattern['detail-type']).toEqual(['AWS API Call via CloudTrail']));
});

test('every pattern is one that EventBridge accepts, with names as long as they can be', () => {
  const tooLong = COMPLETE_RULES.filter(({ pattern }) => JSON.stringify(deployed(pattern)).length > 2048);

  expect(tooLong.map(({ id }) => id)).toEqual([]);
});

test.each([
  ['UpdatePipeline', { pipeline: { name: ['shop'] } }],
  ['DeletePipeline', { name: ['shop'] }],
  ['PutApprovalResult', { pipelineName: ['shop'] }],
  ['DisableStageTransition', { pipelineName: ['shop'] }],
  ['UpdateProject', { name: [{ suffix: 'image' }] }],
  ['RetryBuild', { id: [{ prefix: 'image:' }] }],
])('%s is watched on this pipeline only', (call, requestParameters) => {
  const { stack } = minimal();

  expect(watching(eventRules(stack), call).map(({ pattern }) => pattern.detail.requestParameters)).toEqual([requestParameters]);
});

test('every rule names a resource of this pipeline, or watches a switch of the whole account', () => {
  const unnamed = COMPLETE_RULES.filter(({ pattern }) => !pattern.detail.requestParameters);

  expect(unnamed.flatMap(({ pattern }) => pattern.detail.eventName).sort()).toEqual([
    'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DisableImportFindingsForProduct', 'DisableSecurityHub',
    'PutAccountSetting', 'PutRegistryScanningConfiguration', 'StopConfigurationRecorder',
  ]);
});

test('each project is watched when there are many', () => {
  const names = watching(COMPLETE_RULES, 'UpdateProject').flatMap(({ pattern }) => pattern.detail.requestParameters.name);

  expect(names).toHaveLength(11);
});

test('builds are told when anybody but the pipeline starts them, also users and root, who have no session issuer', () => {
  const { stack } = minimal();
  const [{ pattern }] = watching(eventRules(stack), 'StartBuild');
  const issuer = (matcher: unknown) => ({ userIdentity: { sessionContext: { sessionIssuer: { arn: [matcher] } } } });

  expect(pattern.detail.$or).toEqual([
    issuer({ 'anything-but': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/pipeline-role']] }] }),
    issuer({ exists: false }),
  ]);
});

test('builds that an action role of the pipeline starts are not told', () => {
  const stack = stackIn('eu-central-1');
  new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack),
    pipelineRole: importedRole(stack, 'pipeline-role'),
    actionRoles: [importedRole(stack, 'action-role')],
    projects: importedProjects(stack, 'image'),
  });

  const [{ pattern }] = watching(eventRules(stack), 'StartBuild');
  expect(JSON.stringify(pattern.detail.$or[0])).toContain('role/action-role');
});

test('pushes by the push role are not told', () => {
  const [{ pattern }] = watching(COMPLETE_RULES, 'PutImage');

  expect(JSON.stringify(pattern.detail.$or[0])).toContain('role/push-role');
});

test('every push is told when no push role is given', () => {
  const stack = stackIn('eu-central-1');
  new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack),
    pipelineRole: importedRole(stack, 'pipeline-role'),
    projects: [],
    repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'),
  });

  expect(watching(eventRules(stack), 'PutImage').map(({ pattern }) => pattern.detail)).toEqual([
    { eventName: ['PutImage'], requestParameters: { repositoryName: ['shop'] } },
  ]);
});

test('what is not given is not watched', () => {
  const { stack } = minimal();

  for (const call of ['UpdateFunctionCode', 'PutImage', 'CreateAccessEntry']) {
    expect(watching(eventRules(stack), call)).toEqual([]);
  }
});

test('a function is recognised by its name and by ARNs with and without a qualifier', () => {
  const [{ pattern }] = watching(COMPLETE_RULES, 'UpdateFunctionCode');
  const name = 'function0'.padEnd(64, 'x');

  expect(deployed(pattern.detail.requestParameters.functionName.slice(0, 4))).toEqual([
    name,
    { suffix: `:${name}` },
    { prefix: `${name}:` },
    { prefix: `arn:aws-us-gov:lambda:eu-central-1:111122223333:function:${name}:` },
  ]);
});

test('the rules of the stack are watched, also the one that watches them', () => {
  const { stack } = minimal();

  expect(watching(eventRules(stack), 'DisableRule').map(({ pattern }) => pattern.detail.requestParameters)).toEqual([{ name: [{ prefix: 'Shop' }] }]);
});

test('in a nested stack, rules are watched by the name that CloudFormation gives the stack', () => {
  const nested = new NestedStack(stackIn('eu-central-1'), 'Nested');
  new AuditTrail(nested, 'Audit', { pipeline: importedPipeline(nested), pipelineRole: importedRole(nested, 'role'), projects: [] });

  expect(JSON.stringify(watching(eventRules(nested), 'DisableRule')[0].pattern)).toContain('{"prefix":{"Fn::Select":[0,{"Fn::Split":["-"');
});

test('changes of roles alert, whether IAM reports them here or a forwarder does', () => {
  const { stack } = minimal();

  expect(watching(eventRules(stack), 'PutRolePolicy').map(({ pattern }) => [pattern.source, pattern.detail.requestParameters]))
    .toEqual([[['aws.iam'], { roleName: ['pipeline-role'] }]]);
});

test('outside IAM\'s Region, the forwarder is mentioned', () => {
  Annotations.fromStack(minimal().stack).hasInfo('*', Match.stringLikeRegexp('AuditEventForwarder'));
});

test('in IAM\'s Region, the forwarder is not mentioned', () => {
  Annotations.fromStack(minimal({}, 'us-east-1').stack).hasNoInfo('*', Match.stringLikeRegexp('AuditEventForwarder'));
});

test('an alert says who did what, when, from where, to what, and what to do', () => {
  const { stack } = minimal();

  expect(watching(eventRules(stack), 'UpdateProject')[0].text.split('\n')).toEqual([
    '"Security alert for pipeline shop: codebuild <detail-eventName>"',
    '"Resource: project <detail-requestParameters-name>"',
    '"Who: <detail-userIdentity-type> <detail-userIdentity-arn>"',
    '"When: <detail-eventTime>"',
    '"From: <detail-sourceIPAddress> (cloudformation.amazonaws.com is a deployment by CloudFormation)"',
    '"Through a service (empty if none): <detail-userIdentity-invokedBy>"',
    '"Error (empty if the call succeeded): <detail-errorCode>"',
    '"Account and Region: <account>, <detail-awsRegion>"',
    '"What it can do: A gate\'s job can be replaced by one that checks nothing, or be given another role."',
    '"What to do: If it was no planned change, undo it by deploying the CDK app again, and block the caller."',
    '"CloudTrail event: <detail-eventID>"',
  ]);
});

test('by default there is an encrypted trail of the write calls of all Regions, with log file validation', () => {
  const { stack, audit } = minimal();

  Template.fromStack(stack).hasResourceProperties('AWS::CloudTrail::Trail', {
    EnableLogFileValidation: true,
    EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }],
    IncludeGlobalServiceEvents: true,
    IsLogging: true,
    IsMultiRegionTrail: true,
    KMSKeyId: Match.anyValue(),
    CloudWatchLogsLogGroupArn: Match.anyValue(),
  });
  expect(audit.logBucket).toBeDefined();
});

test('the new trail is watched', () => {
  expect(JSON.stringify(watching(eventRules(minimal().stack), 'StopLogging')[0].pattern.detail.requestParameters)).toContain('AuditRecordTrail');
});

test('the account\'s own trail creates nothing, and any trail that stops alerts', () => {
  const { stack, audit } = minimal({ trail: AuditTrailSource.existingTrail() });

  Template.fromStack(stack).resourceCountIs('AWS::CloudTrail::Trail', 0);
  Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
  expect(audit.trail).toBeUndefined();
  expect(watching(eventRules(stack), 'StopLogging')[0].pattern.detail).toEqual({ eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail'] });
});

test('a given key encrypts everything and is watched', () => {
  const stack = stackIn('eu-central-1');
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/1234');
  new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack), pipelineRole: importedRole(stack, 'role'), projects: [], encryptionKey,
  });

  Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 0);
  expect(watching(eventRules(stack), 'DisableKey')[0].pattern.detail.requestParameters.keyId).toEqual(
    ['1234', 'arn:aws:kms:eu-central-1:111122223333:key/1234']);
});

test('a given topic is alerted', () => {
  const stack = stackIn('eu-central-1');
  const alertTopic = new sns.Topic(stack, 'Given');
  const audit = new AuditTrail(stack, 'Audit', {
    pipeline: importedPipeline(stack), pipelineRole: importedRole(stack, 'role'), projects: [], alertTopic,
  });

  expect(audit.alertTopic).toBe(alertTopic);
  Template.fromStack(stack).resourceCountIs('AWS::SNS::Topic', 1);
});

test('recipients of alerts are subscribed', () => {
  const { stack } = minimal({ alertRecipients: ['security@example.com'] });

  Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'security@example.com' });
});

test('a recipient that is no e-mail address is refused', () => {
  expect(() => minimal({ alertRecipients: ['security'] })).toThrow('\'alertRecipients\' must hold e-mail addresses, got \'security\'');
});

test.each(Object.entries(REGIONS))('it synthesizes and all nag packs are content in %s', (_partition, region) => {
  const { stack, audit } = complete(region);

  expect(audit.rules.length).toBeGreaterThan(WATCHED_CALLS.length);
  expect(nagViolations(stack)).toEqual([]);
});
