import * as eks from 'aws-cdk-lib/aws-eks';
import * as eksv2 from 'aws-cdk-lib/aws-eks-v2';
import { stackOf } from './support';
import { EksDeployRole, EksTarget, KubernetesDeployment } from '../../src';

const options = { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') };
const REFUSED = /'cluster.authenticationMode' must be API or API_AND_CONFIG_MAP, .*, got 'CONFIG_MAP'; make the cluster with AuthenticationMode.API_AND_CONFIG_MAP/;

test('a cluster that would refuse access entries at deployment is refused at synth', () => {
  const stack = stackOf();
  const cluster = new eks.CfnCluster(stack, 'Cluster', { roleArn: 'arn:aws:iam::111122223333:role/eks', resourcesVpcConfig: { subnetIds: ['subnet-1'] } });

  expect(() => EksTarget.cluster(cluster, options)).toThrow(REFUSED);
  expect(() => new EksDeployRole(stack, 'Role', { cluster, namespace: 'shop', pipelineAccount: '111122223333' })).toThrow(REFUSED);
});

test('a cluster that takes access entries is accepted, and so is one of which synth knows nothing', () => {
  const stack = stackOf();
  const made = new eksv2.Cluster(stack, 'Made', { version: eksv2.KubernetesVersion.V1_34 });
  const imported = eks.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'shop' });

  expect(() => [EksTarget.cluster(made, options), EksTarget.cluster(imported, options)]).not.toThrow();
});
