import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Construct } from 'constructs';
import { customScript } from './every-job';
import {
  DevSecOpsEksPipeline, DevSecOpsEksPipelineProps, DynamicScanner, EksTarget, GatePolicy, GatePosition, ISecurityGate, KubernetesDeployment,
  PipelineSource, ReportFormat, ScanGate, SecurityGateBindOptions, SecurityGateConfig,
} from '../../src';
import { definitionOf, environmentOf } from '../jobs/support';

/** What a user writes: a gate that looks at licences. */
class LicenceGate implements ISecurityGate {
  public readonly reportFormat = ReportFormat.SARIF;
  public readonly bound: SecurityGateBindOptions[] = [];

  constructor(public readonly gateId: string = 'licences', public readonly position: GatePosition = GatePosition.SCAN) {}

  public bind(scope: Construct, options: SecurityGateBindOptions): SecurityGateConfig {
    this.bound.push(options);
    const { action } = new ScanGate(scope, 'Scan', {
      ...options, scanner: { scannerName: 'licences', reportFormat: this.reportFormat, script: customScript() },
    });
    return { actions: [action] };
  }
}

class EmptyGate extends LicenceGate {
  public bind(): SecurityGateConfig {
    return { actions: [] };
  }
}

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-central-1' } });
});

function pipeline(props: Partial<DevSecOpsEksPipelineProps> = {}): DevSecOpsEksPipeline {
  const target = (name: string) => EksTarget.fromClusterName(name, { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') });
  return new DevSecOpsEksPipeline(stack, 'Delivery', {
    source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Source', 'shop')),
    staging: target('staging'),
    production: target('production'),
    dynamicScanner: DynamicScanner.zap({ target: 'https://staging.example.com' }),
    approvalRecipients: ['security@example.com'],
    ...props,
  });
}

function actionsIn(stageName: string): string[] {
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  return resource.Properties.Stages.find(({ Name }: any) => Name === stageName).Actions.map(({ Name }: any) => Name);
}

function requiredBy(project: Construct): string[] {
  return environmentOf(project).REQUIRED_GATES.value.split(' ');
}

test('that scans runs beside the other scans', () => {
  pipeline({ additionalGates: [new LicenceGate()] });
  expect(actionsIn('Scan')).toEqual(['ImageScan', 'CodeScan', 'licences']);
});

test('that scans is demanded by the push and by everything after it', () => {
  const { release, stagingDeployment, productionDeployment } = pipeline({ additionalGates: [new LicenceGate()] });
  expect([release, stagingDeployment, productionDeployment].map(({ project }) => requiredBy(project).includes('licences'))).toEqual([true, true, true]);
});

test('that looks at staging runs in its stage, after the deployment', () => {
  pipeline({ additionalGates: [new LicenceGate('load', GatePosition.STAGING)] });
  expect(actionsIn('Staging')).toEqual(['Deploy', 'DynamicScan', 'load']);
});

test('that looks at staging is demanded by production, and not by the push, which comes before it', () => {
  const { release, productionDeployment } = pipeline({ additionalGates: [new LicenceGate('load', GatePosition.STAGING)] });
  expect([release, productionDeployment].map(({ project }) => requiredBy(project).includes('load'))).toEqual([false, true]);
});

test('can be added after the pipeline was made', () => {
  const delivery = pipeline();
  delivery.addGate(new LicenceGate());
  expect(requiredBy(delivery.release.project)).toEqual(['secrets', 'image', 'code', 'licences']);
});

test('is known to the normalizer, by the policy of its id', () => {
  const { workspace } = pipeline({ additionalGates: [new LicenceGate()], policies: { additional: { licences: GatePolicy.auditOnly() } } });
  expect(definitionOf(stack.node.root as App, workspace, 'licences')).toMatchObject({ reportFormat: 'sarif', environment: 'candidate', policy: { auditOnly: true } });
});

test('blocks on HIGH without a policy of its own', () => {
  const { workspace } = pipeline({ additionalGates: [new LicenceGate()] });
  expect(definitionOf(stack.node.root as App, workspace, 'licences').policy).toMatchObject({ failOn: 'HIGH', auditOnly: false });
});

test('gets workspace, gate, run, image and run order to build itself from', () => {
  const gate = new LicenceGate();
  const { workspace, secretsGate, imageBuild } = pipeline({ additionalGates: [gate] });
  expect(gate.bound).toEqual([{
    workspace, run: secretsGate.run, imageArtifact: imageBuild.imageArtifact, runOrder: 1, gate: expect.objectContaining({ gateId: 'licences' }),
  }]);
});

test('cannot bring no action: it would be demanded and never run', () => {
  expect(() => pipeline({ additionalGates: [new EmptyGate()] })).toThrow(
    '\'additionalGates\' must bring at least one action each, got \'licences\'; return the action of a ScanGate from bind()');
});

test.each(['secrets', 'image', 'code', 'registry', 'dynamic'])('cannot take the place of the built-in gate \'%s\'', (gateId) => {
  expect(() => pipeline({ additionalGates: [new LicenceGate(gateId)] })).toThrow(
    `'gateId' must be unique within a normalizer, got '${gateId}'; give the second gate an id of its own`);
});

test('cannot be there twice', () => {
  expect(() => pipeline({ additionalGates: [new LicenceGate(), new LicenceGate()] })).toThrow('\'gateId\' must be unique within a normalizer, got \'licences\'');
});
