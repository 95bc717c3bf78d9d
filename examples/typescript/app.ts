import { App } from 'aws-cdk-lib';
import { ShopClusters } from './shop-clusters';
import { ShopDelivery } from './shop-delivery';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };
const { staging, production } = new ShopClusters(app, 'ShopClusters', { env });
new ShopDelivery(app, 'ShopDelivery', { env, staging, production });
