import { Match, Template } from 'aws-cdk-lib/assertions';
import { eventRules, nagViolations, stackIn } from './support';
import { AuditEventForwarder, AuditEventForwarderProps } from '../../src/monitoring/audit-event-forwarder';

function forwarder(options: Omit<AuditEventForwarderProps, 'pipelineRegion'>, region?: string, pipelineRegion = 'eu-central-1') {
  const stack = stackIn(region);
  new AuditEventForwarder(stack, 'Forwarder', { pipelineRegion, ...options });
  return stack;
}

test('changes of the named roles are forwarded', () => {
  const stack = forwarder({ roleNames: ['deployer'], roleNamePrefixes: ['Shop'] }, 'us-east-1');
  const [{ pattern }] = eventRules(stack);

  expect(pattern.source).toEqual(['aws.iam']);
  expect(pattern.detail.requestParameters).toEqual({ roleName: ['deployer', { prefix: 'Shop' }] });
});

test('they go to the event bus of the pipeline\'s Region, with a role that may do nothing else', () => {
  const template = Template.fromStack(forwarder({ roleNames: ['deployer'] }, 'us-east-1'));
  const bus = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-central-1:111122223333:event-bus/default']] };

  template.hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike({ Arn: bus, RoleArn: Match.anyValue() })] });
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: { Statement: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: bus }] },
  });
  template.resourceCountIs('AWS::IAM::Policy', 0);
});

test.each(['us-east-1', 'us-gov-west-1', 'cn-north-1'])('it works in %s and all nag packs are content', (region) => {
  expect(nagViolations(forwarder({ roleNames: ['deployer'] }, region))).toEqual([]);
});

test('it works in a stack whose Region is not known yet', () => {
  expect(eventRules(forwarder({ roleNames: ['deployer'] }))).toHaveLength(1);
});

test('a stack in another Region is refused', () => {
  expect(() => forwarder({ roleNames: ['deployer'] }, 'eu-west-1')).toThrow(
    '\'env.region\' of an AuditEventForwarder\'s stack must be the Region that IAM reports to (one of us-east-1, us-gov-west-1, cn-north-1), '
    + 'got \'eu-west-1\'; put it into a stack of its own in that Region');
});

test('a pipeline in the same Region is refused', () => {
  expect(() => forwarder({ roleNames: ['deployer'] }, 'us-east-1', 'us-east-1')).toThrow(
    '\'pipelineRegion\' must be another Region than that of the forwarder, got \'us-east-1\'; leave the forwarder out');
});

test('a forwarder of nothing is refused', () => {
  expect(() => forwarder({}, 'us-east-1')).toThrow('\'roleNames\' must hold 1 to 15 names together with \'roleNamePrefixes\', got []');
});

test('more names than fit into a pattern are refused', () => {
  const names = Array.from({ length: 16 }, (_, index) => `role${index}`);

  expect(() => forwarder({ roleNames: names }, 'us-east-1')).toThrow('split them over several forwarders');
});

test('as many names as are allowed fit into a pattern', () => {
  const roleNamePrefixes = Array.from({ length: 15 }, (_, index) => `role${index}`.padEnd(64, 'x'));
  const [{ pattern }] = eventRules(forwarder({ roleNamePrefixes }, 'us-east-1'));

  expect(JSON.stringify(pattern).length).toBeLessThan(2048);
});
