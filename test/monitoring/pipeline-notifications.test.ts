import { Template, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { eventRules, importedPipeline, importedProjects, nagViolations, REGIONS, stackIn } from './support';
import { PipelineEvent } from '../../src/monitoring/pipeline-events';
import { PipelineNotifications, PipelineNotificationsProps } from '../../src/monitoring/pipeline-notifications';

type Options = Omit<PipelineNotificationsProps, 'pipeline'>;

function notifications(options: Options = {}, region: string | undefined = 'eu-central-1') {
  const stack = stackIn(region);
  const construct = new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack), ...options });
  return { stack, construct, template: () => Template.fromStack(stack) };
}

function withProjects(count: number) {
  const stack = stackIn('eu-central-1');
  const names = Array.from({ length: count }, (_, index) => `${index}`.padStart(150, 'p'));
  new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack), projects: importedProjects(stack, ...names) });
  return { stack, names };
}

test('every pipeline rule names this pipeline', () => {
  const { stack } = notifications({ events: Object.values(PipelineEvent) });
  const rules = eventRules(stack);

  expect(rules).toHaveLength(6);
  rules.forEach(({ pattern }) => expect(pattern.detail.pipeline).toEqual(['shop']));
});

test('by default failures, stops and successes are told, and superseded executions are not', () => {
  const { stack } = notifications();

  expect(eventRules(stack).map(({ pattern }) => `${pattern['detail-type'][0].split(' ')[1]} ${pattern.detail.state}`).sort())
    .toEqual(['Action FAILED', 'Pipeline FAILED', 'Pipeline STOPPED', 'Pipeline SUCCEEDED', 'Stage FAILED']);
});

test('only the given events are told', () => {
  const { stack } = notifications({ events: [PipelineEvent.EXECUTION_SUPERSEDED, PipelineEvent.EXECUTION_SUPERSEDED] });

  expect(eventRules(stack).map(({ pattern }) => pattern.detail.state)).toEqual([['SUPERSEDED']]);
});

test('no events at all are refused', () => {
  expect(() => notifications({ events: [] })).toThrow(
    '\'events\' must hold at least one event, got []; leave it out for the usual events, or do not create PipelineNotifications');
});

test('failed builds are told of this pipeline\'s projects only', () => {
  const stack = stackIn('eu-central-1');
  new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack), projects: importedProjects(stack, 'secrets', 'image') });

  const builds = eventRules(stack).filter(({ pattern }) => pattern.source[0] === 'aws.codebuild');
  expect(builds.map(({ pattern }) => pattern.detail)).toEqual([
    { 'build-status': ['FAILED', 'FAULT', 'TIMED_OUT'], 'project-name': ['secrets', 'image'] },
  ]);
});

test('many projects with long names are split over rules that EventBridge accepts', () => {
  const { stack, names } = withProjects(30);
  const builds = eventRules(stack).filter(({ pattern }) => pattern.source[0] === 'aws.codebuild');

  expect(builds.flatMap(({ pattern }) => pattern.detail['project-name']).sort()).toEqual(names.sort());
  builds.forEach(({ pattern }) => expect(JSON.stringify(pattern).length).toBeLessThan(2048));
});

test('a failed action is told in lines that a person can read', () => {
  const { stack } = notifications({ events: [PipelineEvent.ACTION_FAILED] });

  expect(eventRules(stack)[0].text.split('\n')).toEqual([
    '"An action of the pipeline failed: shop"',
    '"Stage: <detail-stage>"',
    '"Action: <detail-action> (<detail-type-category>, <detail-type-provider>)"',
    '"State: <detail-state>"',
    '"Reason: <detail-execution-result-external-execution-summary>"',
    '"Execution: <detail-execution-id>"',
    '"When: <time>"',
    '"Account and Region: <account>, <region>"',
    '"What to do: Read the log of the action. A failed gate names the findings that block; fix them, or waive them where the policy is kept."',
    '"Pipeline: https://console.aws.amazon.com/codesuite/codepipeline/pipelines/shop/view?region=eu-central-1"',
  ]);
});

test.each([
  ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/codesuite/codepipeline/pipelines/shop/view?region=us-gov-west-1'],
  ['cn-north-1', 'https://console.amazonaws.cn/codesuite/codepipeline/pipelines/shop/view?region=cn-north-1'],
])('the link is right in %s', (region, link) => {
  const { stack } = notifications({}, region);

  eventRules(stack).forEach(({ text }) => expect(text).toContain(link));
});

test.each([undefined, 'us-iso-east-1'])('there is no link where the console is not known (Region %s)', (region) => {
  const stack = stackIn(region);
  new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack) });

  eventRules(stack).forEach(({ text }) => expect(text).not.toContain('https://'));
});

test('the topic is encrypted with a key that rotates and that EventBridge and CloudWatch may use', () => {
  const { template } = notifications();

  template().hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  template().hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
      })]),
    },
  });
});

test('alarms of the account may publish to the topic, which a policy of its own would otherwise refuse', () => {
  notifications().template().hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': Match.anyValue() } },
      })]),
    },
  });
});

test('a given key is used instead of an own one', () => {
  const stack = stackIn('eu-central-1');
  const encryptionKey = new kms.Key(stack, 'Given');
  new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack), encryptionKey });

  Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
});

test('the topic refuses messages without TLS', () => {
  notifications().template().hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
    },
  });
});

test('a given topic is used instead of an own one', () => {
  const stack = stackIn('eu-central-1');
  const topic = new sns.Topic(stack, 'Given');
  const construct = new PipelineNotifications(stack, 'Notifications', { pipeline: importedPipeline(stack), topic });

  expect(construct.topic).toBe(topic);
  Template.fromStack(stack).resourceCountIs('AWS::SNS::Topic', 1);
});

test('recipients are subscribed by e-mail, each once', () => {
  const { template } = notifications({ recipients: ['team@example.com', 'team@example.com'] });

  template().resourceCountIs('AWS::SNS::Subscription', 1);
  template().hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'team@example.com' });
});

test('nobody is subscribed by default', () => {
  notifications().template().resourceCountIs('AWS::SNS::Subscription', 0);
});

test('a recipient that is no e-mail address is refused', () => {
  expect(() => notifications({ recipients: ['team'] })).toThrow('\'recipients\' must hold e-mail addresses, got \'team\'');
});

test('it shows a dashboard', () => {
  notifications().template().resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test.each(Object.entries(REGIONS))('it synthesizes and all nag packs are content in %s', (_partition, region) => {
  const { stack, construct } = notifications({ recipients: ['team@example.com'] }, region);

  expect(construct.rules).toHaveLength(5);
  expect(nagViolations(stack)).toEqual([]);
});
