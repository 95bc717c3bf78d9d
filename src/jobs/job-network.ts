import { aws_ec2 as ec2, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { allow } from '../private/role-statements';
import { invalid } from '../private/validate';
import { ToolMirror } from '../tools/tool-mirror';

/** Where a job runs, if it must reach something inside a VPC. */
export interface JobNetworkProps {
  readonly vpc: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly toolMirror?: ToolMirror;
}

/** What a job calls, and isolated subnets must have endpoints for. */
const ENDPOINTS = ['S3', 'STS', 'KMS', 'Lambda', 'EKS', 'Secrets Manager', 'CloudWatch Logs', 'CodeBuild'];

/** The security group of a job, and the rights to join its subnets. */
export class JobNetwork extends Construct {
  public readonly vpc: ec2.IVpc;
  public readonly subnets: ec2.SubnetSelection;
  public readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: JobNetworkProps) {
    super(scope, id);
    this.vpc = props.vpc;
    this.subnets = props.subnets ?? {};
    const selected = this.vpc.selectSubnets(this.subnets);
    const isolated = new Set(this.vpc.isolatedSubnets.map((subnet) => subnet.subnetId));
    if (selected.subnetIds.some((subnetId) => isolated.has(subnetId)) && !props.toolMirror) {
      throw invalid({
        prop: 'toolMirror',
        rule: 'must be given for a job in isolated subnets, which reach no publisher',
        remedy: `give ToolMirror.fromBucket(bucket), and VPC endpoints for ${ENDPOINTS.join(', ')}`,
      });
    }
    const publicSubnets = new Set(this.vpc.publicSubnets.map((subnet) => subnet.subnetId));
    const open = selected.subnets.filter(({ subnetId }) => publicSubnets.has(subnetId));
    if (open.length > 0) {
      throw invalid({
        prop: 'subnets',
        rule: 'must not be public, because a CodeBuild job gets no public address and finds no way out of them',
        value: open.map(({ node }) => node.path).join(', '),
        remedy: 'give private subnets with a NAT gateway, or isolated ones with a tool mirror',
      });
    }
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'A job of the delivery pipeline: nothing comes in',
      allowAllOutbound: true,
    });
    acknowledge(this.securityGroup, 'The job calls AWS APIs, the cluster and the tools\' publishers; nothing comes in',
      'AwsSolutions-EC23');
  }

  /** What CodeBuild needs to join the subnets, by its documentation on VPC support. */
  public grantJoin(role: iam.Role): void {
    const stack = Stack.of(this);
    allow(role, {
      sid: 'SeeNetwork',
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
      ],
      resources: ['*'],
      wildcardsBecause: 'CodeBuild makes the interface on the role\'s behalf; its documentation asks for these actions on all resources',
    }, {
      sid: 'LendInterfaceToCodeBuild',
      actions: ['ec2:CreateNetworkInterfacePermission'],
      resources: [stack.formatArn({ service: 'ec2', resource: 'network-interface', resourceName: '*' })],
      conditions: {
        StringEquals: {
          'ec2:AuthorizedService': 'codebuild.amazonaws.com',
          'ec2:Subnet': this.vpc.selectSubnets(this.subnets).subnetIds.map((subnetId) =>
            stack.formatArn({ service: 'ec2', resource: 'subnet', resourceName: subnetId })),
        },
      },
      wildcardsBecause: 'The id of the interface is not known before the build; service and subnets are',
    });
  }
}
