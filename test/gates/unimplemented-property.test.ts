import { aws_codecommit as codecommit, App, Stack } from 'aws-cdk-lib';
import {
  DevSecOpsEksPipeline, DynamicScanner, EksTarget, GatePosition, ISecurityGate, KubernetesDeployment, PipelineSource, ReportFormat,
} from '../../src';

/** As it arrives from a language that has set an attribute where a property is asked for. */
function gateWithout(property: 'gateId' | 'reportFormat' | 'position'): ISecurityGate {
  const whole = { gateId: 'licences', reportFormat: ReportFormat.SARIF, position: GatePosition.SCAN, bind: () => ({ actions: [] }) };
  return { ...whole, [property]: undefined } as unknown as ISecurityGate;
}

function pipelineWith(gate: ISecurityGate): void {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-central-1' } });
  const deployment = KubernetesDeployment.manifests('k8s/');
  new DevSecOpsEksPipeline(stack, 'Delivery', {
    source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop')),
    staging: EksTarget.fromClusterName('staging', { namespace: 'shop', deployment }),
    production: EksTarget.fromClusterName('production', { namespace: 'shop', deployment }),
    dynamicScanner: DynamicScanner.zap({ target: 'https://staging.shop.example.com' }),
    approvalRecipients: ['security@example.com'],
    additionalGates: [gate],
  });
}

test.each(['gateId', 'reportFormat', 'position'] as const)('a gate that does not implement %s is refused instead of landing somewhere', (property) => {
  expect(() => pipelineWith(gateWithout(property))).toThrow(
    new RegExp(`'additionalGates.${property}' must be .*, got nothing; return it from a getter; in Python declare it with @property`));
});
