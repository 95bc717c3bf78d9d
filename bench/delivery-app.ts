import { App, aws_eks_v2 as eks, Stack } from 'aws-cdk-lib';
import { ShopDelivery } from '../examples/typescript/shop-delivery';

// The delivery stack of the example, with clusters that exist already: what the library makes, and nothing else.
const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };
const clusters = new Stack(app, 'Clusters', { env });
const cluster = (clusterName: string) => eks.Cluster.fromClusterAttributes(clusters, clusterName, { clusterName });
new ShopDelivery(app, 'ShopDelivery', { env, staging: cluster('staging'), production: cluster('production') });
app.synth();
