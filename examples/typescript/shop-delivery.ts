import { aws_codecommit as codecommit, aws_eks_v2 as eks, Stack, StackProps } from 'aws-cdk-lib';
import {
  DevSecOpsEksPipeline, DynamicScanner, EksTarget, ImageScanner, KubernetesDeployment, PipelineSource,
} from 'cdk-devsecops-eks';
import { Construct } from 'constructs';
import { LicenceGate } from './licence-gate';

export interface ShopDeliveryProps extends StackProps {
  readonly staging: eks.ICluster;
  readonly production: eks.ICluster;
}

/** From a commit of the shop to its production cluster. */
export class ShopDelivery extends Stack {
  constructor(scope: Construct, id: string, props: ShopDeliveryProps) {
    super(scope, id, props);
    const repository = codecommit.Repository.fromRepositoryName(this, 'Repository', 'shop');
    const deployment = KubernetesDeployment.manifests('k8s/');

    new DevSecOpsEksPipeline(this, 'Delivery', {
      source: PipelineSource.codeCommit(repository, { branch: 'main' }),
      imageScanner: ImageScanner.anchore(),
      staging: EksTarget.cluster(props.staging, { namespace: 'shop', deployment }),
      production: EksTarget.cluster(props.production, { namespace: 'shop', deployment, url: 'https://shop.example.com' }),
      dynamicScanner: DynamicScanner.zap({ target: 'https://staging.shop.example.com' }),
      additionalGates: [new LicenceGate(['AGPL-3.0', 'GPL-3.0'])],
      approvalRecipients: ['security@example.com'],
    });
  }
}
