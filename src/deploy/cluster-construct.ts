import { aws_ec2 as ec2, aws_eks as eks, CfnResource, Stack } from 'aws-cdk-lib';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';

/** Clusters of aws-eks and aws-eks-v2 alike, as far as they are of use here. */
export type ClusterConstruct = eksInterfaces.IClusterRef & {
  readonly vpc?: ec2.IVpc;
  readonly clusterSecurityGroupId?: string;
};

/** The parts of a cluster's configuration that decide whether and how a job gets in. */
interface ClusterConfig {
  readonly endpointPublicAccess?: boolean | string;
  readonly authenticationMode?: string;
}

/** Type of the custom resource by which aws-eks makes clusters; aws-eks-v2 makes the CloudFormation one. */
const CUSTOM_CLUSTER = 'Custom::AWSCDK-EKS-Cluster';

/** True if the construct says that the API of the cluster is reachable from its VPC only. */
export function isPrivateCluster(cluster: ClusterConstruct | undefined): boolean {
  return String(configOf(cluster)?.endpointPublicAccess) === 'false';
}

/** How the cluster lets principals in, if the construct says so; what it does not say is EKS's own default. */
export function authenticationModeOf(cluster: ClusterConstruct | undefined): string | undefined {
  return configOf(cluster)?.authenticationMode;
}

/** VPC of the cluster, if the construct knows it. */
export function vpcOf(cluster: ClusterConstruct | undefined): ec2.IVpc | undefined {
  return tryGet(() => cluster?.vpc);
}

/** Security group of the cluster's API, if the construct knows it. */
export function clusterSecurityGroupOf(cluster: ClusterConstruct | undefined): string | undefined {
  return tryGet(() => cluster?.clusterSecurityGroupId);
}

function configOf(cluster: ClusterConstruct | undefined): ClusterConfig | undefined {
  const children = cluster?.node.findAll() ?? [];
  const resource = children.find((child): child is eks.CfnCluster => child instanceof eks.CfnCluster);
  if (resource) {
    const resolve = (value: unknown) => Stack.of(resource).resolve(value);
    return {
      endpointPublicAccess: resolve(resource.resourcesVpcConfig)?.endpointPublicAccess,
      authenticationMode: resolve(resource.accessConfig)?.authenticationMode,
    };
  }
  const custom = children.find((child): child is CfnResource => CfnResource.isCfnResource(child) && child.cfnResourceType === CUSTOM_CLUSTER);
  const rendered = custom && Object.values(Stack.of(custom).resolve(custom._toCloudFormation()).Resources)[0] as CustomCluster;
  return rendered && {
    endpointPublicAccess: rendered.Properties.Config.resourcesVpcConfig?.endpointPublicAccess,
    authenticationMode: rendered.Properties.Config.accessConfig?.authenticationMode,
  };
}

interface CustomCluster {
  readonly Properties: {
    readonly Config: {
      readonly resourcesVpcConfig?: { readonly endpointPublicAccess?: boolean | string };
      readonly accessConfig?: { readonly authenticationMode?: string };
    };
  };
}

/** Imported clusters throw for what they were not told. */
function tryGet<T>(get: () => T | undefined): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
