import { EXAMPLES, templateOf } from './support/example-pipeline';
import { list, resourcesOf, written } from './support/template-facts';

/**
 * Actions on `Resource: *`, each because AWS has no resource-level permission for it, or because what it acts on does not
 * exist yet. By the Service Authorization Reference.
 */
const WITHOUT_RESOURCE: { readonly [action: string]: string } = {
  'ecr:GetAuthorizationToken': 'a token is for the whole registry',
  'ecr:GetRegistryScanningConfiguration': 'there is one configuration per registry',
  'inspector2:ListCoverage': 'coverage has no resource',
  'codepipeline:PutJobSuccessResult': 'a job has no ARN',
  'codepipeline:PutJobFailureResult': 'a job has no ARN',
  // CodeBuild makes a network interface with the rights of the job's role, in the subnets of its project (AWS CodeBuild User Guide, VPC support).
  'ec2:CreateNetworkInterface': 'the interface does not exist yet; CodeBuild asks for it on all resources',
  'ec2:DeleteNetworkInterface': 'the id of the interface is CodeBuild\'s; it asks for it on all resources',
  'ec2:DescribeDhcpOptions': 'EC2\'s describing actions have no resources',
  'ec2:DescribeNetworkInterfaces': 'EC2\'s describing actions have no resources',
  'ec2:DescribeSecurityGroups': 'EC2\'s describing actions have no resources',
  'ec2:DescribeSubnets': 'EC2\'s describing actions have no resources',
  'ec2:DescribeVpcs': 'EC2\'s describing actions have no resources',
};

/** The recorder of AWS Config reads the configuration of all resources of a few types, also of those that are made later. */
const RECORDER_POLICY = /^DeliveryComplianceRulesRecordingPolicy/;

interface PlacedStatement {
  readonly policy: string;
  readonly actions: string[];
  readonly resources: string[];
}

const templates = Object.entries(EXAMPLES).map(([name, make]) => ({ name, template: templateOf(make()) }));

/** What roles may do. Policies of keys, buckets, topics and queues say `*` for themselves and are looked at below. */
const statements: PlacedStatement[] = templates.flatMap(({ template }) => Object.entries({
  ...resourcesOf(template, 'AWS::IAM::Policy'), ...resourcesOf(template, 'AWS::IAM::ManagedPolicy'),
}).flatMap(([policy, { Properties }]) => list<any>(Properties.PolicyDocument.Statement).map((statement) => ({
  policy, actions: list<string>(statement.Action), resources: list<string>(written(statement.Resource)),
}))));

test('no role may do everything, or everything of a service', () => {
  expect(statements.filter(({ actions }) => actions.some((action) => /^\*$|^[\w-]+:\*$/.test(action)))).toEqual([]);
});

test('only CDK\'s own grants of a pipeline and its key name actions by a pattern', () => {
  const patterns = statements.flatMap(({ policy, actions }) => actions.filter((action) => action.includes('*')).map((action) => `${policy.replace(/[0-9A-F]{8}$/, '')} ${action}`));

  expect([...new Set(patterns)].sort()).toEqual([
    'DeliveryPipelineRoleDefaultPolicy kms:GenerateDataKey*',
    'DeliveryPipelineRoleDefaultPolicy kms:ReEncrypt*',
    'DeliveryPipelineRoleDefaultPolicy s3:Abort*',
    'DeliveryPipelineRoleDefaultPolicy s3:DeleteObject*',
    'DeliveryPipelineRoleDefaultPolicy s3:GetBucket*',
    'DeliveryPipelineRoleDefaultPolicy s3:GetObject*',
    'DeliveryPipelineRoleDefaultPolicy s3:List*',
  ]);
});

test('no statement names what it does not allow, or everything but something', () => {
  const all = templates.flatMap(({ template }) => Object.values({ ...resourcesOf(template, 'AWS::IAM::Policy'), ...resourcesOf(template, 'AWS::IAM::ManagedPolicy') }));

  expect(JSON.stringify(all)).not.toMatch(/"Not(Action|Resource)"/);
});

test.each(statements.filter(({ policy, resources }) => resources.includes('*') && !RECORDER_POLICY.test(policy)).map((each) => [each.policy, each] as const))(
  '%s: on all resources only what has none', (_, { actions }) => {
    expect(actions.filter((action) => !(action in WITHOUT_RESOURCE))).toEqual([]);
  });

test.each(Object.entries(WITHOUT_RESOURCE))('the table holds nothing that is not used: %s (%s)', (action) => {
  expect(statements.some(({ actions, resources }) => resources.includes('*') && actions.includes(action))).toBe(true);
});

test('the recorder of AWS Config reads the configuration of all resources, and changes none', () => {
  const actions = statements.filter(({ policy, resources }) => RECORDER_POLICY.test(policy) && resources.includes('*')).flatMap((each) => each.actions);

  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !/^[\w-]+:(Get|List|Describe|BatchGet)\w+$/.test(action))).toEqual([]);
});

test('no role may pass a role', () => {
  expect(statements.filter(({ actions }) => actions.some((action) => action.startsWith('iam:')))).toEqual([]);
});

test('no job may delete anything', () => {
  expect(statements.filter(({ policy, actions }) => !policy.startsWith('DeliveryPipelineRole') && actions.some((action) => /:(Batch)?Delete/.test(action) && action !== 'ec2:DeleteNetworkInterface'))).toEqual([]);
});

describe.each(templates)('the $name template', ({ template }) => {
  test('trusts no account but its own, and no service without need', () => {
    const principals = Object.values(resourcesOf(template, 'AWS::IAM::Role')).flatMap(({ Properties }) =>
      list<any>(Properties.AssumeRolePolicyDocument.Statement).map(({ Principal }) => written(Principal)));
    const services = new Set(principals.map(({ Service }) => Service));

    expect(principals.filter((principal) => Object.keys(principal).join() !== 'Service')).toEqual([]);
    expect([...services].filter((service) => !/^(codebuild|codepipeline|lambda|events|cloudtrail|config)\.amazonaws\.com$/.test(service))).toEqual([]);
  });

  test('lets CodeBuild act for this account only', () => {
    const codebuild = Object.values(resourcesOf(template, 'AWS::IAM::Role')).flatMap(({ Properties }) => list<any>(Properties.AssumeRolePolicyDocument.Statement))
      .filter(({ Principal }) => Principal.Service === 'codebuild.amazonaws.com');

    expect(codebuild.length).toBeGreaterThan(0);
    codebuild.forEach(({ Condition }) => expect(Condition).toHaveProperty(['StringEquals', 'aws:SourceAccount']));
  });

  test('lets nobody outside the account reach a bucket, topic, queue or repository', () => {
    const types = ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'];
    const policies = types.flatMap((type) => Object.values(resourcesOf(template, type))).map(({ Properties }) => Properties.PolicyDocument);
    const open = policies.flatMap((policy) => list<any>(policy.Statement))
      .filter(({ Effect, Principal }) => Effect === 'Allow' && (Principal === '*' || Principal.AWS === '*'));

    expect(open).toEqual([]);
  });

  test('attaches no policy that AWS manages', () => {
    expect(Object.values(resourcesOf(template, 'AWS::IAM::Role')).flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])).toEqual([]);
  });
});
