import { aws_ec2 as ec2, aws_eks as eks, aws_iam as iam, Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';
import { IConstruct } from 'constructs';
import { KubernetesDeployment } from './kubernetes-deployment';
import { invalid, requireDnsLabel, requireHttpUrl } from '../private/validate';

/** From where the API of a cluster can be reached. */
export enum ClusterEndpoint {
  /** From the internet, whether from inside its VPC too or not. */
  PUBLIC = 'PUBLIC',
  /** From inside its VPC only. */
  PRIVATE = 'PRIVATE',
}

/** What the deploy job may do in the namespace: one of the access policies of Amazon EKS. */
export enum DeployAccess {
  /** Create and change workloads, services and configuration (`AmazonEKSEditPolicy`). */
  EDIT = 'AmazonEKSEditPolicy',
  /** Also roles and role bindings within the namespace (`AmazonEKSAdminPolicy`). */
  ADMIN = 'AmazonEKSAdminPolicy',
}

/** Where and how an application is deployed. */
export interface EksTargetOptions {
  /** Namespace of the application, a DNS label. It must exist. */
  readonly namespace: string;

  /** Where the manifests come from. */
  readonly deployment: KubernetesDeployment;

  /**
   * URL of the application once it is deployed: asked by the smoke check, and never scanned if it is production's.
   *
   * @default - no smoke check
   */
  readonly url?: string;

  /**
   * What the deploy job may do in the namespace.
   *
   * @default DeployAccess.EDIT
   */
  readonly access?: DeployAccess;

  /**
   * How long the rollout may take before it is undone.
   *
   * @default Duration.minutes(10)
   */
  readonly rolloutTimeout?: Duration;

  /**
   * From where the API of the cluster can be reached.
   *
   * @default - what the construct of the cluster says, else ClusterEndpoint.PUBLIC
   */
  readonly endpoint?: ClusterEndpoint;

  /**
   * VPC from which jobs reach a private cluster.
   *
   * @default - for a private cluster that is a construct with a VPC, that VPC; else outside any VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of that VPC.
   *
   * @default - private subnets with a way out
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * Security group of the cluster's API, which admits the jobs on port 443.
   *
   * @default - that of the cluster's construct, if it has one; else admit the jobs yourself
   */
  readonly clusterSecurityGroupId?: string;

  /**
   * Role in the cluster's account that the deploy job assumes: `EksDeployRole.role`. Required for a cluster in another
   * account or Region.
   *
   * @default - the deploy job's own role gets access to the namespace
   */
  readonly deployRole?: iam.IRole;

  /**
   * Role in the cluster's account that reads the namespace: `EksDeployRole.viewRole`. The dynamic scan assumes it to
   * check that it scans the digest of its run.
   *
   * @default - the scan's own role gets read access to the namespace
   */
  readonly viewRole?: iam.IRole;
}

/** Where a cluster is that is known by its name only. */
export interface NamedEksTargetOptions extends EksTargetOptions {
  /**
   * Account of the cluster, 12 digits.
   *
   * @default - the account of the pipeline
   */
  readonly account?: string;

  /**
   * Region of the cluster.
   *
   * @default - the Region of the pipeline
   */
  readonly region?: string;
}

/**
 * A namespace of a cluster that the pipeline deploys to.
 *
 * The cluster must use access entries: authentication mode `API` or `API_AND_CONFIG_MAP`.
 */
export class EksTarget {
  /**
   * A cluster that is a construct: of aws-eks or aws-eks-v2, made or imported.
   *
   * @param cluster the cluster
   * @param options namespace and manifests
   * @throws if the namespace is no DNS label, or a URL is not http(s)
   */
  public static cluster(cluster: eksInterfaces.IClusterRef, options: EksTargetOptions): EksTarget {
    return new EksTarget(options, cluster.clusterRef.clusterName, cluster.env.account, cluster.env.region, cluster);
  }

  /**
   * A cluster by its name.
   *
   * @param clusterName name of the cluster
   * @param options namespace, manifests, and the cluster's account and Region
   * @throws if the namespace is no DNS label, or a URL is not http(s)
   */
  public static fromClusterName(clusterName: string, options: NamedEksTargetOptions): EksTarget {
    return new EksTarget(options, clusterName, options.account, options.region, undefined);
  }

  /** Name of the cluster. */
  public readonly clusterName: string;

  /** Namespace of the application. */
  public readonly namespace: string;

  /**
   * URL of the application once it is deployed.
   *
   * @default - unknown
   */
  public readonly url?: string;

  /** @internal */
  public readonly _options: EksTargetOptions;

  private constructor(
    options: EksTargetOptions,
    clusterName: string,
    private readonly account: string | undefined,
    private readonly region: string | undefined,
    private readonly cluster: eksInterfaces.IClusterRef | undefined,
  ) {
    requireDnsLabel('namespace', options.namespace);
    if (options.url !== undefined) {
      requireHttpUrl('url', options.url);
    }
    this.clusterName = clusterName;
    this.namespace = options.namespace;
    this.url = options.url;
    this._options = options;
  }

  /**
   * Account and Region of the cluster, as the given stack sees them.
   *
   * @internal
   */
  public _environment(stack: Stack): { readonly account: string; readonly region: string; readonly isOther: boolean } {
    const account = this.account ?? stack.account;
    const region = this.region ?? stack.region;
    const differs = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
    return { account, region, isOther: differs(account, stack.account) || differs(region, stack.region) };
  }

  /**
   * How a job reaches the API of the cluster.
   *
   * @internal
   */
  public _reach(prop: string, defaultVpc?: ec2.IVpc): ClusterReach {
    const { _options: options, cluster } = this;
    const isPrivate = (options.endpoint ?? endpointOf(cluster)) === ClusterEndpoint.PRIVATE;
    const vpc = options.vpc ?? defaultVpc ?? (isPrivate ? vpcOf(cluster) : undefined);
    if (isPrivate && !vpc) {
      throw invalid({
        prop: `${prop}.vpc`,
        rule: 'must be given for a cluster whose endpoint is private',
        remedy: 'give the VPC from which the cluster\'s API can be reached',
      });
    }
    return {
      vpc,
      subnets: options.subnets,
      clusterSecurityGroupId: vpc && (options.clusterSecurityGroupId ?? securityGroupOf(cluster)),
    };
  }
}

/** How a job reaches the API of a cluster. */
interface ClusterReach {
  readonly vpc?: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly clusterSecurityGroupId?: string;
}

/** Clusters of aws-eks and aws-eks-v2 alike, as far as they are of use here. */
type ClusterConstruct = eksInterfaces.IClusterRef & {
  readonly vpc?: ec2.IVpc;
  readonly clusterSecurityGroupId?: string;
};

function endpointOf(cluster: IConstruct | undefined): ClusterEndpoint {
  const resource = cluster?.node.findAll().find((child): child is eks.CfnCluster => child instanceof eks.CfnCluster);
  const config = resource && Stack.of(resource).resolve(resource.resourcesVpcConfig) as eks.CfnCluster.ResourcesVpcConfigProperty;
  return config?.endpointPublicAccess === false ? ClusterEndpoint.PRIVATE : ClusterEndpoint.PUBLIC;
}

function vpcOf(cluster: ClusterConstruct | undefined): ec2.IVpc | undefined {
  return tryGet(() => cluster?.vpc);
}

function securityGroupOf(cluster: ClusterConstruct | undefined): string | undefined {
  return tryGet(() => cluster?.clusterSecurityGroupId);
}

/** Imported clusters throw for what they were not told. */
function tryGet<T>(get: () => T | undefined): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

