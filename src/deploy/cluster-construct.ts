import { aws_ec2 as ec2, CfnResource, Stack } from 'aws-cdk-lib';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { invalid } from '../private/validate';

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

/**
 * How a cluster that the app makes lets principals in. A construct that does not say makes one with `CONFIG_MAP`, the default of
 * the EKS API; of an imported cluster nothing is known.
 */
function authenticationModeOf(cluster: ClusterConstruct | undefined): string | undefined {
  const config = configOf(cluster);
  return config && (config.authenticationMode ?? 'CONFIG_MAP');
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
  const children = Construct.isConstruct(cluster) ? cluster.node.findAll() : [];
  const resources = children.filter((child): child is CfnResource => CfnResource.isCfnResource(child));
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

/** The jobs get in by access entries, which a cluster with `CONFIG_MAP` refuses at deployment. */
export function requireAccessEntries(prop: string, cluster: ClusterConstruct): void {
  if (authenticationModeOf(cluster) === 'CONFIG_MAP') {
    throw invalid({
      prop: `${prop}.authenticationMode`,
      rule: 'must be API or API_AND_CONFIG_MAP, because the jobs get in by access entries',
      value: 'CONFIG_MAP',
      remedy: 'make the cluster with AuthenticationMode.API_AND_CONFIG_MAP, which aws-eks does not by default',
    });
  }
}
