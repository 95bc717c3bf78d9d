import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eksv2 from 'aws-cdk-lib/aws-eks-v2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CLUSTER_ACCOUNT, deploy, PIPELINE_ACCOUNT, REGION, stackOf, target, templateOf } from './support';
import { ClusterEndpoint, DeployAccess, EksDeployRole, EksTarget, EksTargetOptions, KubernetesDeployment, ToolMirror } from '../../src';
import { statementsAllowing } from '../jobs/support';
import { environmentOf, idOf, resourcesOf, written } from '../support/template-facts';

const OPTIONS: EksTargetOptions = { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') };

function entries(stack: Stack): any[] {
  return Object.values(resourcesOf(templateOf(stack), 'AWS::EKS::AccessEntry')).map(({ Properties }) => written(Properties));
}

function vpcOf(stack: Stack): ec2.IVpc {
  return new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
}

describe('a cluster of the pipeline\'s account and Region', () => {
  test('gets an access entry for the job, for one namespace, in the pipeline\'s stack', () => {
    const stack = stackOf();
    const { deployment } = deploy(stack, target());

    expect(entries(stack)).toEqual([{
      ClusterName: 'shop-cluster',
      PrincipalArn: `<${idOf(deployment.role)}.Arn>`,
      AccessPolicies: [{
        PolicyArn: 'arn:<AWS::Partition>:eks::aws:cluster-access-policy/AmazonEKSEditPolicy', AccessScope: { Type: 'namespace', Namespaces: ['shop'] },
      }],
    }]);
  });

  test('gives more if told so, still in one namespace', () => {
    const stack = stackOf();
    deploy(stack, target({ access: DeployAccess.ADMIN }));

    expect(entries(stack)[0].AccessPolicies).toEqual([{
      PolicyArn: 'arn:<AWS::Partition>:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy', AccessScope: { Type: 'namespace', Namespaces: ['shop'] },
    }]);
  });

  test('is found by the job, and no other is', () => {
    const stack = stackOf();
    const { deployment } = deploy(stack, target());

    expect(statementsAllowing(deployment.role, 'eks:DescribeCluster').flatMap(({ resources }) => resources)).toEqual([
      expect.stringMatching(new RegExp(`:eks:${REGION}:${PIPELINE_ACCOUNT}:cluster/shop-cluster$`)),
    ]);
    expect(statementsAllowing(deployment.role, 'sts:AssumeRole')).toEqual([]);
  });

  test('lies outside any VPC for the job, unless one is given', () => {
    const stack = stackOf();
    deploy(stack, target());

    templateOf(stack).hasResourceProperties('AWS::CodeBuild::Project', { VpcConfig: Match.absent() });
    templateOf(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

describe('a private cluster', () => {
  function privateTarget(clusterStack: Stack): EksTarget {
    return EksTarget.cluster(new eksv2.Cluster(clusterStack, 'Cluster', {
      version: eksv2.KubernetesVersion.V1_34, vpc: vpcOf(clusterStack), endpointAccess: eksv2.EndpointAccess.PRIVATE,
    }), OPTIONS);
  }

  test('is reached from its VPC, by a rule in the pipeline\'s stack: the cluster\'s stack does not depend on it', () => {
    const app = new App();
    const [clusterStack, stack] = [stackOf(PIPELINE_ACCOUNT, 'Clusters', app), stackOf(PIPELINE_ACCOUNT, 'Shop', app)];
    deploy(stack, privateTarget(clusterStack));
    const [{ Properties }] = Object.values(resourcesOf(templateOf(stack), 'AWS::EC2::SecurityGroupIngress'));

    expect(Properties).toMatchObject({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' });
    expect(written(Properties.GroupId)).toContain('ClusterSecurityGroupId');
    expect(clusterStack.dependencies).toEqual([]);
    templateOf(clusterStack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('has its rule for this cluster\'s security group and from this job\'s alone', () => {
    const stack = stackOf();
    deploy(stack, target({ endpoint: ClusterEndpoint.PRIVATE, vpc: vpcOf(stack), clusterSecurityGroupId: 'sg-0123456789abcdef0' }));
    const [{ Properties }] = Object.values(resourcesOf(templateOf(stack), 'AWS::EC2::SecurityGroupIngress'));
    const [project] = Object.values(resourcesOf(templateOf(stack), 'AWS::CodeBuild::Project'));

    expect(Properties.GroupId).toBe('sg-0123456789abcdef0');
    expect([Properties.SourceSecurityGroupId]).toEqual(project.Properties.VpcConfig.SecurityGroupIds);
  });

  test('the job is let into the VPC before its project is made, because CodeBuild tries', () => {
    const stack = stackOf();
    const { deployment } = deploy(stack, target({ endpoint: ClusterEndpoint.PRIVATE, vpc: vpcOf(stack) }));
    const { DependsOn } = resourcesOf(templateOf(stack))[idOf(deployment.project)];
    const policy = Object.entries(resourcesOf(templateOf(stack), 'AWS::IAM::Policy')).find(([, { Properties }]) => JSON.stringify(Properties).includes('ec2:CreateNetworkInterface'))![0];

    expect(DependsOn).toContain(policy);
  });

  test('in isolated subnets it is reached with a tool mirror', () => {
    const stack = stackOf();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const toolMirror = ToolMirror.fromBucket(s3.Bucket.fromBucketName(stack, 'Mirror', 'shop-tools'));

    expect(() => deploy(stack, target({ endpoint: ClusterEndpoint.PRIVATE, vpc }), {}, { toolMirror })).not.toThrow();
  });

  test('of aws-eks is known to be private too', () => {
    const clusterStack = stackOf(PIPELINE_ACCOUNT, 'Clusters');
    const cluster = new eks.Cluster(clusterStack, 'Cluster', {
      version: eks.KubernetesVersion.V1_33,
      vpc: vpcOf(clusterStack),
      defaultCapacity: 0,
      endpointAccess: eks.EndpointAccess.PRIVATE,
      authenticationMode: eks.AuthenticationMode.API,
      kubectlLayer: lambda.LayerVersion.fromLayerVersionArn(clusterStack, 'Kubectl', `arn:aws:lambda:${REGION}:${PIPELINE_ACCOUNT}:layer:kubectl:1`),
    });
    const stack = stackOf(PIPELINE_ACCOUNT, 'Shop', clusterStack.node.root as App);
    deploy(stack, EksTarget.cluster(cluster, OPTIONS));

    templateOf(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });
});

describe('a cluster in another account', () => {
  /** Both sides: the role in the cluster's account, the deployment in the pipeline's. */
  function both(): { clusterSide: Stack; pipelineSide: Stack; roles: EksDeployRole; deployment: ReturnType<typeof deploy>['deployment'] } {
    const app = new App();
    const clusterSide = stackOf(CLUSTER_ACCOUNT, 'Production', app);
    const cluster = eksv2.Cluster.fromClusterAttributes(clusterSide, 'Cluster', { clusterName: 'shop-production' });
    const roles = new EksDeployRole(clusterSide, 'Access', { cluster, namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT });
    const pipelineSide = stackOf(PIPELINE_ACCOUNT, 'Shop', app);
    const { deployment } = deploy(pipelineSide, EksTarget.cluster(cluster, { ...OPTIONS, deployRole: roles.role, viewRole: roles.viewRole }), { environmentName: 'production' });
    return { clusterSide, pipelineSide, roles, deployment };
  }

  test('is reached by its role, whose name both stacks know', () => {
    const { pipelineSide, clusterSide, deployment } = both();
    const [{ Properties: { RoleName } }] = Object.values(resourcesOf(templateOf(clusterSide), 'AWS::IAM::Role'));
    const [assumed] = statementsAllowing(deployment.role, 'sts:AssumeRole');

    expect(RoleName).toEqual(expect.any(String));
    expect(assumed.resources).toEqual([expect.stringMatching(new RegExp(`:iam::${CLUSTER_ACCOUNT}:role/${RoleName}$`))]);
    expect(environmentOf(templateOf(pipelineSide), idOf(deployment.project)).DEPLOY_ROLE_ARN).toContain(RoleName);
  });

  test('gets its access entry in its own stack, and none in the pipeline\'s', () => {
    const { pipelineSide, clusterSide } = both();

    expect(entries(pipelineSide)).toEqual([]);
    expect(entries(clusterSide)).toHaveLength(2);
  });

  test('is not described by the job itself', () => {
    expect(statementsAllowing(both().deployment.role, 'eks:DescribeCluster')).toEqual([]);
  });

  test('has a security group and a VPC that the pipeline\'s stack does not touch', () => {
    const app = new App();
    const clusterSide = stackOf(CLUSTER_ACCOUNT, 'Production', app);
    const cluster = new eksv2.Cluster(clusterSide, 'Cluster', {
      clusterName: 'shop', version: eksv2.KubernetesVersion.V1_34, vpc: vpcOf(clusterSide), endpointAccess: eksv2.EndpointAccess.PRIVATE,
    });
    const { role } = new EksDeployRole(clusterSide, 'Access', { cluster, namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT });
    const options = { ...OPTIONS, deployRole: role, clusterSecurityGroupId: 'sg-0123456789abcdef0' };

    expect(() => deploy(stackOf(PIPELINE_ACCOUNT, 'NoVpc', app), EksTarget.cluster(cluster, options)))
      .toThrow(/'staging.vpc' must be given for a cluster whose endpoint is private, got nothing; give the VPC, in the account and Region of the pipeline,/);

    const stack = stackOf(PIPELINE_ACCOUNT, 'Shop', app);
    deploy(stack, EksTarget.cluster(cluster, { ...options, vpc: vpcOf(stack) }));
    templateOf(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

test('a cluster in another Region is reached there', () => {
  const app = new App();
  const there = stackOf(PIPELINE_ACCOUNT, 'There', app, 'eu-west-1');
  const cluster = eksv2.Cluster.fromClusterAttributes(there, 'Cluster', { clusterName: 'shop' });
  const { role } = new EksDeployRole(there, 'Access', { cluster, namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT });
  const stack = stackOf(PIPELINE_ACCOUNT, 'Shop', app);
  const { deployment } = deploy(stack, EksTarget.cluster(cluster, { ...OPTIONS, deployRole: role }));

  expect(environmentOf(templateOf(stack), idOf(deployment.project)).CLUSTER_REGION).toBe('eu-west-1');
  expect(entries(stack)).toEqual([]);
});

describe('what synth cannot know', () => {
  test('an account is given, but the pipeline\'s is not known: a warning', () => {
    const stack = new Stack(new App(), 'Shop');
    deploy(stack, target({ account: CLUSTER_ACCOUNT }));

    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('account or Region of the cluster \'shop-cluster\' is given'));
  });

  test('nothing is given: no warning', () => {
    const stack = new Stack(new App(), 'Shop');
    deploy(stack, target());

    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('account or Region'));
  });

  test('a role is given: no warning, and no entry', () => {
    const stack = new Stack(new App(), 'Shop');
    const { role } = new EksDeployRole(stackOf(CLUSTER_ACCOUNT, 'Production'), 'Access', {
      cluster: eksv2.Cluster.fromClusterAttributes(stackOf(CLUSTER_ACCOUNT, 'Other'), 'Cluster', { clusterName: 'shop' }), namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT,
    });
    expect(() => deploy(stack, target({ account: CLUSTER_ACCOUNT, deployRole: role }))).not.toThrow();

    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('account or Region'));
  });
});

test('a cluster that only knows aws-auth is refused', () => {
  const stack = stackOf();
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_33,
    defaultCapacity: 0,
    authenticationMode: eks.AuthenticationMode.CONFIG_MAP,
    kubectlLayer: lambda.LayerVersion.fromLayerVersionArn(stack, 'Kubectl', `arn:aws:lambda:${REGION}:${PIPELINE_ACCOUNT}:layer:kubectl:1`),
  });

  expect(() => EksTarget.cluster(cluster, OPTIONS)).toThrow(/authenticationMode' must be API or API_AND_CONFIG_MAP.*, got 'CONFIG_MAP'; make the cluster with/);
});

test('the template of the cluster\'s stack alone stays valid', () => {
  const stack = stackOf(CLUSTER_ACCOUNT, 'Production');
  const cluster = eksv2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' });
  new EksDeployRole(stack, 'Access', { cluster, namespace: 'shop', pipelineAccount: PIPELINE_ACCOUNT });

  expect(() => Template.fromStack(stack)).not.toThrow();
});
