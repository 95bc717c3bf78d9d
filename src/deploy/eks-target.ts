import { aws_ec2 as ec2, aws_iam as iam, Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { clusterSecurityGroupOf, isPrivateCluster, requireAccessEntries, vpcOf } from './cluster-construct';
import { KubernetesDeployment } from './kubernetes-deployment';
import { invalid, isKnown, requireAccountId, requireDnsLabel, requireHttpUrl } from '../private/validate';

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
   * How long the rollout may take before it is undone, from 30 seconds to 4 hours.
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
   * Security group of the cluster's API, which admits the jobs on port 443. In another account or Region admit the jobs there.
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
   * @throws if the namespace is no DNS label, a URL is not http(s), or the construct says that the cluster takes no access entries
   */
  public static cluster(cluster: eksInterfaces.IClusterRef, options: EksTargetOptions): EksTarget {
    if (!options.deployRole) {
      requireAccessEntries('cluster', cluster);
    }
    return new EksTarget(options, cluster.clusterRef.clusterName, cluster.env.account, cluster.env.region, cluster);
  }

  /**
   * A cluster by its name.
   *
   * @param clusterName name of the cluster
   * @param options namespace, manifests, and the cluster's account and Region
   * @throws if the name is empty, the namespace is no DNS label, a URL is not http(s), or the account has not 12 digits
   */
  public static fromClusterName(clusterName: string, options: NamedEksTargetOptions): EksTarget {
    requireClusterName(clusterName);
    if (options.account !== undefined) {
      requireAccountId('account', options.account, 'give the account of the cluster');
    }
    requireRegion(options.region);
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
    requireRolloutTimeout(options.rolloutTimeout);
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
  public _environment(stack: Stack): TargetEnvironment {
    const account = this.account ?? stack.account;
    const region = this.region ?? stack.region;
    const compared = [Token.compareStrings(account, stack.account), Token.compareStrings(region, stack.region)];
    return {
      account,
      region,
      isOther: compared.includes(TokenComparison.DIFFERENT),
      mayBeOther: compared.includes(TokenComparison.ONE_UNRESOLVED),
    };
  }

  /**
   * True if both are known to be one namespace of one cluster.
   *
   * @internal
   */
  public _isSameAs(other: EksTarget): boolean {
    return this.clusterName === other.clusterName && this.namespace === other.namespace
      && this.account === other.account && this.region === other.region;
  }

  /**
   * How a job reaches the API of the cluster.
   *
   * @internal
   */
  public _reach(scope: Construct, prop: string, defaultVpc?: ec2.IVpc): ClusterReach {
    const { _options: options } = this;
    const isPrivate = options.endpoint ? options.endpoint === ClusterEndpoint.PRIVATE : isPrivateCluster(this.cluster);
    // A VPC or security group of another account or Region is out of reach for the pipeline's stack.
    const { isOther } = this._environment(Stack.of(scope));
    const cluster = isOther ? undefined : this.cluster;
    const vpc = options.vpc ?? defaultVpc ?? (isPrivate ? vpcOf(cluster) : undefined);
    if (isPrivate && !vpc) {
      throw invalid({
        prop: `${prop}.vpc`,
        rule: 'must be given for a cluster whose endpoint is private',
        value: options.vpc,
        remedy: 'give the VPC, in the account and Region of the pipeline, from which the cluster\'s API can be reached',
      });
    }
    return {
      vpc,
      subnets: options.subnets,
      clusterSecurityGroupId: vpc && !isOther ? options.clusterSecurityGroupId ?? clusterSecurityGroupOf(cluster) : undefined,
    };
  }
}

/** Where a cluster is, as a stack sees it. */
interface TargetEnvironment {
  readonly account: string;
  readonly region: string;
  /** It is known to be another account or Region. */
  readonly isOther: boolean;
  /** Only one of the two is known. */
  readonly mayBeOther: boolean;
}

/** How a job reaches the API of a cluster. */
interface ClusterReach {
  readonly vpc?: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly clusterSecurityGroupId?: string;
}

function requireClusterName(name: string): void {
  if (isKnown(name) && !/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) {
    throw invalid({
      prop: 'clusterName',
      rule: 'must be the name of a cluster: 1 to 100 letters, digits, \'-\' or \'_\'',
      value: name,
      remedy: 'give its name, not its ARN, like \'shop-staging\'',
    });
  }
}

function requireRegion(region: string | undefined): void {
  if (isKnown(region) && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) {
    throw invalid({ prop: 'region', rule: 'must be the code of a Region', value: region, remedy: 'write it like \'eu-central-1\'' });
  }
}

function requireRolloutTimeout(timeout: Duration | undefined): void {
  const seconds = timeout?.toSeconds({ integral: false });
  if (seconds !== undefined && (!Number.isInteger(seconds) || seconds < 30 || seconds > 4 * 60 * 60)) {
    throw invalid({
      prop: 'rolloutTimeout',
      rule: 'must be whole seconds, from 30 seconds to 4 hours',
      value: timeout!.toHumanString(),
      remedy: 'the default is 10 minutes',
    });
  }
}
