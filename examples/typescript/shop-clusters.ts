import { KubectlV34Layer } from '@aws-cdk/lambda-layer-kubectl-v34';
import { aws_ec2 as ec2, aws_eks_v2 as eks, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Where the shop runs: two clusters by EKS Auto Mode, each with the namespace that the pipeline deploys to. */
export class ShopClusters extends Stack {
  public readonly staging: eks.Cluster;
  public readonly production: eks.Cluster;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', { availabilityZones: ['eu-central-1a', 'eu-central-1b'], natGateways: 1 });
    const kubectlLayer = new KubectlV34Layer(this, 'Kubectl');
    this.staging = this.createCluster('Staging', vpc, kubectlLayer);
    this.production = this.createCluster('Production', vpc, kubectlLayer);
  }

  private createCluster(id: string, vpc: ec2.IVpc, kubectlLayer: KubectlV34Layer): eks.Cluster {
    const cluster = new eks.Cluster(this, id, {
      vpc,
      version: eks.KubernetesVersion.V1_35,
      defaultCapacityType: eks.DefaultCapacityType.AUTOMODE,
      kubectlProviderOptions: { kubectlLayer }, // Its kubectl may be one minor version older than the cluster.
    });
    cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    return cluster;
  }
}
