import { aws_eks as eks, aws_iam as iam, PhysicalName } from 'aws-cdk-lib';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { requireAccessEntries } from './cluster-construct';
import { DeployAccess } from './eks-target';
import { namespaceAccess } from './namespace-access';
import { acknowledgeInlinePolicies, allow } from '../private/role-statements';
import { requireAccountId, requireDnsLabel } from '../private/validate';

/** Props of `EksDeployRole`. */
export interface EksDeployRoleProps {
  /** The cluster, in the account and Region of this stack. It must use access entries. */
  readonly cluster: eksInterfaces.IClusterRef;

  /** Namespace that the pipeline deploys to, a DNS label. */
  readonly namespace: string;

  /** Account of the pipeline, 12 digits. */
  readonly pipelineAccount: string;

  /**
   * ARN of the deploy job's role, once it is known, to trust that role alone.
   *
   * @default - roles of the pipeline's account that its own policies let assume this one
   */
  readonly deployJobRoleArn?: string;

  /**
   * ARN of the role of the dynamic scan's job, once it is known, to let that role alone read the namespace.
   *
   * @default - roles of the pipeline's account that its own policies let assume this one
   */
  readonly scanJobRoleArn?: string;

  /**
   * What the pipeline may do in the namespace.
   *
   * @default DeployAccess.EDIT
   */
  readonly access?: DeployAccess;
}

/**
 * For a stack in the account of the cluster: the role by which a pipeline of another account or Region deploys to one
 * namespace, and the one by which its dynamic scan reads it.
 */
export class EksDeployRole extends Construct {
  /** Role that deploys. Give it to `EksTarget` as `deployRole`. */
  public readonly role: iam.IRole;

  /** Role that reads the namespace. Give it to `EksTarget` as `viewRole`. */
  public readonly viewRole: iam.IRole;

  constructor(scope: Construct, id: string, props: EksDeployRoleProps) {
    super(scope, id);
    requireDnsLabel('namespace', props.namespace);
    requireAccessEntries('cluster', props.cluster);
    requireAccountId('pipelineAccount', props.pipelineAccount, 'give the account of the pipeline\'s stack');
    this.role = this.createRole('Deploy', props, props.access ?? DeployAccess.EDIT, 'Deploys the pipeline\'s application');
    this.viewRole = this.createRole('View', props, 'AmazonEKSViewPolicy', 'Lets the pipeline\'s dynamic scan see what runs');
  }

  private createRole(id: string, props: EksDeployRoleProps, policy: string, description: string): iam.Role {
    const jobRoleArn = id === 'Deploy' ? props.deployJobRoleArn : props.scanJobRoleArn;
    const trust = jobRoleArn !== undefined
      ? new iam.ArnPrincipal(jobRoleArn)
      : new iam.AccountPrincipal(props.pipelineAccount);
    // A name of its own, since the pipeline's stack in another account must know it.
    const role = new iam.Role(this, id, { assumedBy: trust, description, roleName: PhysicalName.GENERATE_IF_NEEDED });
    acknowledgeInlinePolicies(role);
    allow(role, { actions: ['eks:DescribeCluster'], resources: [props.cluster.clusterRef.clusterArn] });
    new eks.CfnAccessEntry(this, `${id}Entry`, {
      clusterName: props.cluster.clusterRef.clusterName,
      principalArn: role.roleArn,
      accessPolicies: [namespaceAccess(this, policy, props.namespace)],
    });
    return role;
  }
}
