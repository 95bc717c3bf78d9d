import { aws_ec2 as ec2, CfnResource, Stack } from 'aws-cdk-lib';
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

/**
 * Types of the resources by which aws-eks and aws-eks-v2 make clusters. They are told by their types, not their classes:
 * newer releases of aws-eks-v2 have a CfnCluster of their own.
 */
const CUSTOM_CLUSTER = 'Custom::AWSCDK-EKS-Cluster';
const CLUSTER = 'AWS::EKS::Cluster';

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
  const resources = (cluster?.node.findAll() ?? []).filter((child): child is CfnResource => CfnResource.isCfnResource(child));
  const resource = resources.find(({ cfnResourceType }) => cfnResourceType === CLUSTER);
  if (resource) {
    const { resourcesVpcConfig, accessConfig } = resource as ClusterResource;
    const resolve = (value: unknown) => Stack.of(resource).resolve(value);
    return {
      endpointPublicAccess: resolve(resourcesVpcConfig)?.endpointPublicAccess,
      authenticationMode: resolve(accessConfig)?.authenticationMode,
    };
  }
  const custom = resources.find(({ cfnResourceType }) => cfnResourceType === CUSTOM_CLUSTER);
  const rendered = custom && Object.values(Stack.of(custom).resolve(custom._toCloudFormation()).Resources)[0] as CustomCluster;
  return rendered && {
    endpointPublicAccess: rendered.Properties.Config.resourcesVpcConfig?.endpointPublicAccess,
    authenticationMode: rendered.Properties.Config.accessConfig?.authenticationMode,
  };
}

/** What every CfnCluster has. */
type ClusterResource = CfnResource & { readonly resourcesVpcConfig?: unknown; readonly accessConfig?: unknown };

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
