import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ApprovalOptions, ApproverRule, ProductionApproval, RequiredGates } from '../../src';
import { actionOf, checkedOut, newStack, newWorkspace, pipelineWith, statementsAllowing } from '../jobs/support';
import { nagViolations } from '../monitoring/support';
import { environmentOf, idOf, resourcesOf, written } from '../support/template-facts';

interface Approved {
  readonly stack: Stack;
  readonly approval: ProductionApproval;
  readonly requiredGates: RequiredGates;
}

/** An approval in somebody's own pipeline. */
function approve(options: ApprovalOptions | ((stack: Stack) => ApprovalOptions) = {}): Approved {
  const stack = newStack();
  const workspace = newWorkspace(stack);
  const { source, checkout } = checkedOut(workspace);
  const requiredGates = RequiredGates.of('secrets');
  const approval = new ProductionApproval(stack, 'Approval', {
    workspace,
    run: checkout.run,
    requiredGates,
    approvalRecipients: ['security@example.com'],
    ...(typeof options === 'function' ? options(stack) : options),
  });
  pipelineWith(workspace, source, checkout.action, ...approval.actions);
  return { stack, approval, requiredGates };
}

function templateOf({ stack }: Approved): Template {
  return Template.fromStack(stack);
}

describe('the request', () => {
  test('goes to a topic that is encrypted and takes messages over TLS only', () => {
    const approved = approve();
    const template = templateOf(approved);

    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]) }),
    });
    expect(written(actionOf(approved.stack, 'Approve').Configuration.NotificationArn)).toBe(`<${idOf(approved.approval.topic)}>`);
  });

  test('is mailed to every recipient, once', () => {
    const template = templateOf(approve({ approvalRecipients: ['security@example.com', 'lead@example.com', 'security@example.com'] }));
    const subscriptions = Object.values(resourcesOf(template, 'AWS::SNS::Subscription')).map(({ Properties }) => [Properties.Protocol, Properties.Endpoint]);

    expect(subscriptions).toEqual([['email', 'security@example.com'], ['email', 'lead@example.com']]);
  });

  test('goes to a topic of one\'s own, with or without recipients', () => {
    const approved = approve((stack) => ({
      approvalRecipients: undefined, approvalTopic: sns.Topic.fromTopicArn(stack, 'Own', 'arn:aws:sns:eu-central-1:111122223333:approvers'),
    }));

    expect(actionOf(approved.stack, 'Approve').Configuration.NotificationArn).toBe('arn:aws:sns:eu-central-1:111122223333:approvers');
    templateOf(approved).resourceCountIs('AWS::SNS::Topic', 0);
  });

  test('says what the brief said: the function runs before, in the namespace that the request quotes', () => {
    const { stack, approval } = approve();

    expect(approval.actions.map(({ actionProperties: { actionName, runOrder } }) => [actionName, runOrder])).toEqual([['Brief', 1], ['Approve', 2]]);
    expect(actionOf(stack, 'Brief')).toMatchObject({ Namespace: 'Brief', ActionTypeId: { Provider: 'Lambda' } });
    expect(actionOf(stack, 'Approve').Configuration.CustomData).toBe('#{Brief.BRIEF}');
  });

  test('waits for 24 hours', () => {
    expect(actionOf(approve().stack, 'Approve').TimeoutInMinutes).toBe(24 * 60);
  });

  test.each([[Duration.minutes(5), 5], [Duration.days(60), 86400], [Duration.hours(1), 60]])('waits for %p if told so', (approvalTimeout, minutes) => {
    expect(actionOf(approve({ approvalTimeout }).stack, 'Approve').TimeoutInMinutes).toBe(minutes);
  });

  test.each([Duration.minutes(4), Duration.days(61), Duration.seconds(400)])('cannot wait for %p', (approvalTimeout) => {
    expect(() => approve({ approvalTimeout })).toThrow(
      `'approvalTimeout' must be whole minutes, from 5 minutes to 60 days (CodePipeline quotas), got '${approvalTimeout.toHumanString()}'; the default is 24 hours`);
  });

  test('needs somebody to ask', () => {
    expect(() => approve({ approvalRecipients: [] })).toThrow('\'approvalRecipients\' must name at least one approver, unless an \'approvalTopic\' is given, got []; give an address');
  });
});

describe('the brief', () => {
  test('knows the gates, also those that are added later', () => {
    const approved = approve();
    approved.requiredGates.add('licences');

    expect(environmentOf(templateOf(approved), idOf(approved.approval.briefFunction)).REQUIRED_GATES).toBe('secrets licences');
  });

  test('is of the run, not of the execution', () => {
    const { UserParameters } = actionOf(approve().stack, 'Brief').Configuration;

    expect(JSON.parse(UserParameters)).toMatchObject({ RUN_ID: '#{Checkout.RUN_ID}', COMMIT_ID: '#{Checkout.COMMIT_ID}' });
  });

  test('may write evidence and reports, and no verdict', () => {
    const { approval } = approve();

    expect(statementsAllowing(approval.briefFunction.role!, 's3:PutObject').flatMap(({ resources }) => resources).map((arn) => arn.split('/').slice(1).join('/')))
      .toEqual(['evidence/*', 'reports/*']);
  });
});

describe('who may approve', () => {
  test('by default everybody whom IAM lets: nothing comes after the approval', () => {
    const { approval } = approve();

    expect(approval.approverCheckFunction).toBeUndefined();
    expect(approval.actions).toHaveLength(2);
  });

  test('not the author, if told so: a check comes after the approval', () => {
    const { stack, approval } = approve({ approverRule: ApproverRule.NOT_THE_AUTHOR });

    expect(approval.actions[2].actionProperties).toMatchObject({ actionName: 'ApproverCheck', runOrder: 3 });
    expect(JSON.parse(actionOf(stack, 'ApproverCheck').Configuration.UserParameters)).toMatchObject({ COMMIT_AUTHOR_SHA256: '#{Checkout.COMMIT_AUTHOR_SHA256}' });
  });

  test('the check sees the actions of this pipeline, and of no other', () => {
    const { approval } = approve({ approverRule: ApproverRule.NOT_THE_AUTHOR });

    expect(statementsAllowing(approval.approverCheckFunction!.role!, 'codepipeline:ListActionExecutions').flatMap(({ resources }) => resources)).toEqual([
      expect.stringMatching(/:codepipeline:eu-central-1:111122223333:<Pipeline\w+>$/),
    ]);
  });

  test('the check and the pipeline do not depend on each other in a circle', () => {
    expect(() => templateOf(approve({ approverRule: ApproverRule.NOT_THE_AUTHOR }))).not.toThrow();
  });

  test('approvers may answer this request and read reports', () => {
    const { stack, approval } = approve();
    const team = new iam.Role(stack, 'Team', { assumedBy: new iam.AccountRootPrincipal() });
    approval.grantApprove(team);

    expect(statementsAllowing(team, 'codepipeline:PutApprovalResult').flatMap(({ resources }) => resources)).toEqual([expect.stringMatching(/\/Approve$/)]);
    expect(statementsAllowing(team, 's3:GetObject').flatMap(({ resources }) => resources)).toContainEqual(expect.stringMatching(/\/reports\/\*$/));
    expect(statementsAllowing(team, 's3:PutObject')).toEqual([]);
  });

  test('nobody is let approve before there is a pipeline', () => {
    const stack = newStack();
    const workspace = newWorkspace(stack);
    const { checkout } = checkedOut(workspace);
    const approval = new ProductionApproval(stack, 'Approval', {
      workspace, run: checkout.run, requiredGates: RequiredGates.of('secrets'), approvalRecipients: ['security@example.com'],
    });

    expect(() => approval.grantApprove(new iam.Role(stack, 'Team', { assumedBy: new iam.AccountRootPrincipal() }))).toThrow(/Cannot grant permissions before binding action/);
  });
});

test('no rule is broken that is not acknowledged, with the check too', () => {
  const { stack } = approve({ approverRule: ApproverRule.NOT_THE_AUTHOR });

  expect(nagViolations(stack.node.findChild('Approval'))).toEqual([]);
});
