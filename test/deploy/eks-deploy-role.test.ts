import { Match } from 'aws-cdk-lib/assertions';
import * as eksv2 from 'aws-cdk-lib/aws-eks-v2';
import { CLUSTER_ACCOUNT, PIPELINE_ACCOUNT, REGION, stackOf, templateOf } from './support';
import { DeployAccess, EksDeployRole, EksDeployRoleProps } from '../../src';
import { statementsAllowing } from '../jobs/support';
import { nagViolations } from '../monitoring/support';
import { idOf, resourcesOf, written } from '../support/template-facts';

function roles(props: Partial<EksDeployRoleProps> = {}): { stack: ReturnType<typeof stackOf>; construct: EksDeployRole } {
  const stack = stackOf(CLUSTER_ACCOUNT, 'Production');
  const cluster = eksv2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' });
  return { stack, construct: new EksDeployRole(stack, 'Access', { cluster, namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT, ...props }) };
}

function trustOf(stack: ReturnType<typeof stackOf>, id: string): string {
  return written(resourcesOf(templateOf(stack))[id].Properties.AssumeRolePolicyDocument.Statement[0].Principal.AWS);
}

test('both roles trust the pipeline\'s account', () => {
  const { stack, construct } = roles();

  for (const role of [construct.role, construct.viewRole]) {
    expect(trustOf(stack, idOf(role))).toBe(`arn:<AWS::Partition>:iam::${PIPELINE_ACCOUNT}:root`);
  }
});

test('the deploy role trusts the job\'s role alone, once that is known', () => {
  const jobRole = `arn:aws:iam::${PIPELINE_ACCOUNT}:role/Shop-Deploy`;
  const { stack, construct } = roles({ deployJobRoleArn: jobRole });

  expect(trustOf(stack, idOf(construct.role))).toBe(jobRole);
});

test('one deploys, the other one looks, both in one namespace', () => {
  const { stack, construct } = roles();
  const entries = Object.values(resourcesOf(templateOf(stack), 'AWS::EKS::AccessEntry')).map(({ Properties }) => written(Properties));

  expect(entries.map(({ PrincipalArn, AccessPolicies }) => [PrincipalArn, AccessPolicies[0].PolicyArn.split('/')[1], AccessPolicies[0].AccessScope])).toEqual([
    [`<${idOf(construct.role)}.Arn>`, 'AmazonEKSEditPolicy', { Type: 'namespace', Namespaces: ['shop'] }],
    [`<${idOf(construct.viewRole)}.Arn>`, 'AmazonEKSViewPolicy', { Type: 'namespace', Namespaces: ['shop'] }],
  ]);
});

test('the deployer may do more if told so', () => {
  const { stack } = roles({ access: DeployAccess.ADMIN });

  templateOf(stack).hasResourceProperties('AWS::EKS::AccessEntry', {
    AccessPolicies: [Match.objectLike({ PolicyArn: { 'Fn::Join': ['', Match.arrayWith([':eks::aws:cluster-access-policy/AmazonEKSAdminPolicy'])] } })],
  });
});

test('a role finds its cluster, and may do nothing else', () => {
  const { construct } = roles();

  expect(statementsAllowing(construct.role, 'eks:DescribeCluster').flatMap(({ actions, resources }) => [...actions, ...resources])).toEqual([
    'eks:DescribeCluster', expect.stringMatching(new RegExp(`:eks:${REGION}:${CLUSTER_ACCOUNT}:cluster/shop$`)),
  ]);
});

test('an account\'s id may come from a parameter', () => {
  expect(() => roles({ pipelineAccount: '${Token[PipelineAccount.1]}' })).not.toThrow();
});

test('no rule is broken that is not acknowledged', () => {
  expect(nagViolations(roles().stack)).toEqual([]);
});
