import { aws_ec2 as ec2, aws_eks as eks, aws_iam as iam, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeployAccess, EksTarget } from './eks-target';
import { namespaceAccess } from './namespace-access';
import { PipelineJob } from '../jobs/pipeline-job';
import { allow } from '../private/role-statements';
import { invalid } from '../private/validate';

export interface ClusterAccessProps {
  /** Name of the prop that holds the target, for messages: `staging`. */
  readonly prop: string;
  readonly target: EksTarget;
  readonly job: PipelineJob;
  /** `deploy` may change the namespace; `view` may read it. */
  readonly access: 'deploy' | 'view';
  /** VPC of the job, where the target names no other. */
  readonly vpc?: ec2.IVpc;
}

/**
 * Lets one job into one namespace. In the pipeline's own account and Region by an access entry, and an ingress rule for a
 * private endpoint, both in the pipeline's stack: `grantAccess` and `connections.allowFrom` would put them into the
 * cluster's stack and make the two depend on each other. Elsewhere by a role of the cluster's account.
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, props: ClusterAccessProps) {
    super(scope, id);
    const { target, job } = props;
    const stack = Stack.of(this);
    const assumed = assumedRole(this, props);
    if (assumed) {
      allow(job.role, {
        sid: 'ActInTheClustersAccount', actions: ['sts:AssumeRole'], resources: [assumed.roleArn],
      });
    } else {
      if (target._environment(stack).mayBeOther) {
        Validations.of(this).addWarning('cdk-devsecops-eks:EksTarget.environment',
          `the account or Region of the cluster '${target.clusterName}' is given, but those of the pipeline's stack are not known: if they differ, the target needs roles made by EksDeployRole`);
      }
      const policy = props.access === 'view' ? 'AmazonEKSViewPolicy' : target._options.access ?? DeployAccess.EDIT;
      new eks.CfnAccessEntry(this, 'Entry', {
        clusterName: target.clusterName,
        principalArn: job.role.roleArn,
        accessPolicies: [namespaceAccess(this, policy, target.namespace)],
      });
      allow(job.role, {
        sid: 'FindCluster',
        actions: ['eks:DescribeCluster'],
        resources: [stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: target.clusterName })],
      });
    }
    const { clusterSecurityGroupId } = target._reach(this, props.prop, props.vpc);
    if (job.network && clusterSecurityGroupId) {
      new ec2.CfnSecurityGroupIngress(this, 'Ingress', {
        groupId: clusterSecurityGroupId,
        sourceSecurityGroupId: job.network.securityGroup.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        description: 'A job of the delivery pipeline calls the API of the cluster',
      });
    }
  }
}

/** The role of the cluster's account that a job assumes, if it must. */
export function assumedRole(scope: Construct, props: Pick<ClusterAccessProps, 'prop' | 'target' | 'access'>): iam.IRole | undefined {
  const { target, access, prop } = props;
  const name = access === 'deploy' ? 'deployRole' : 'viewRole';
  const role = access === 'deploy' ? target._options.deployRole : target._options.viewRole;
  if (!role && target._environment(Stack.of(scope)).isOther) {
    throw invalid({
      prop: `${prop}.${name}`,
      rule: 'must be given for a cluster in another account or Region',
      value: role,
      remedy: `make an EksDeployRole in a stack of the cluster's account, and give its '${access === 'deploy' ? 'role' : 'viewRole'}'`,
    });
  }
  return role;
}
