import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { customScript, SHA256, stagingTarget } from './every-job';
import { EksTarget } from '../../src/deploy/eks-target';
import { KubernetesDeployment } from '../../src/deploy/kubernetes-deployment';
import { ReportFormat } from '../../src/findings/report-format';
import { CodeScanGate } from '../../src/gates/code-scan';
import { DynamicScanGate, DynamicScanGateProps } from '../../src/gates/dynamic-scan';
import { ImageScanGate } from '../../src/gates/image-scan';
import { ScanGate, ScanGateProps, ScanInput } from '../../src/gates/scan-gate';
import { GatePolicy } from '../../src/policy/gate-policy';
import { Severity } from '../../src/policy/severity';
import { CodeScanner } from '../../src/scanners/code-scanner';
import { DynamicScanner } from '../../src/scanners/dynamic-scanner';
import { ImageScanner } from '../../src/scanners/image-scanner';
import { ScannerConfig } from '../../src/scanners/scanner-config';
import { ToolPin } from '../../src/tools/tool-version';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { definitionOf, environmentOf, logicalId, newRun, newStack, newWorkspace, propertiesOf, statementsAllowing, toolsOf } from '../jobs/support';

const imageArtifact = new codepipeline.Artifact('Image');

let stack: Stack;
let workspace: PipelineWorkspace;

beforeEach(() => {
  stack = newStack();
  workspace = newWorkspace(stack);
});

function definition(gateId: string): any {
  return definitionOf(stack.node.root as App, workspace, gateId);
}

describe('the image scan', () => {
  test('is by Grype, with what computes digests and SBOM, by default', () => {
    expect(toolsOf(new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact }).project)).toEqual(['grype', 'syft', 'crane']);
  });

  test('is by the given scanner', () => {
    const scanner = ImageScanner.custom({ scannerName: 'trivy', reportFormat: ReportFormat.TRIVY, script: customScript() });
    const { project } = new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact, scanner });
    expect(environmentOf(project)).toMatchObject({ SCANNER_NAME: { value: 'trivy' }, REPORT_FORMAT: { value: 'trivy' }, SCAN_INPUT: { value: 'image' } });
    expect(definition('image').reportFormat).toBe('trivy');
  });

  test('blocks on HIGH by default', () => {
    new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact });
    expect(definition('image').policy).toEqual({ failOn: 'HIGH', unfixable: 'REPORT_UNLESS_EXPLOITED', defaultSeverity: 'MEDIUM', auditOnly: false });
  });

  test('blocks as the given policy says', () => {
    new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact, policy: GatePolicy.auditOnly() });
    expect(definition('image').policy.auditOnly).toBe(true);
  });

  test('is given once; a second one needs an id of its own', () => {
    new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact });
    expect(() => new ImageScanGate(stack, 'Second', { workspace, run: newRun(), imageArtifact })).toThrow(
      '\'gateId\' must be unique within a normalizer, got \'image\'; give the second gate an id of its own');
  });

  test('can be there twice, by two scanners', () => {
    new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact });
    const second = new ImageScanGate(stack, 'Second', { workspace, run: newRun(), imageArtifact, gateId: 'image-again', actionName: 'Again' });
    expect([environmentOf(second.project).GATE_ID.value, second.action.actionProperties.actionName]).toEqual(['image-again', 'Again']);
  });

  test('may take the given time', () => {
    const { project } = new ImageScanGate(stack, 'Scan', { workspace, run: newRun(), imageArtifact, timeout: Duration.minutes(50) });
    expect(propertiesOf(project).TimeoutInMinutes).toBe(75);
  });
});

describe('the code scan', () => {
  test('is by Semgrep by default', () => {
    expect(toolsOf(new CodeScanGate(stack, 'Scan', { workspace, run: newRun() }).project)).toEqual(['semgrep']);
  });

  test('gets the rules as an asset of the app, which it may read', () => {
    const { project, role } = new CodeScanGate(stack, 'Scan', { workspace, run: newRun() });
    const [, asset] = /^s3:\/\/(.+\.zip)$/.exec(environmentOf(project).STARTER_RULES.value)!;
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources)).toContain(`arn:<AWS::Partition>:s3:::${asset}`);
  });

  test('is by the given scanner', () => {
    const scanner = CodeScanner.custom({ scannerName: 'checkov', reportFormat: ReportFormat.CHECKOV, script: customScript() });
    expect(environmentOf(new CodeScanGate(stack, 'Scan', { workspace, run: newRun(), scanner }).project).SCANNER_NAME.value).toBe('checkov');
  });

  test('blocks on HIGH by default', () => {
    new CodeScanGate(stack, 'Scan', { workspace, run: newRun() });
    expect(definition('code').policy.failOn).toBe('HIGH');
  });

  test('blocks as the given policy says', () => {
    new CodeScanGate(stack, 'Scan', { workspace, run: newRun(), policy: GatePolicy.failOn(Severity.LOW) });
    expect(definition('code').policy.failOn).toBe('LOW');
  });
});

describe('the dynamic scan', () => {
  const zap = DynamicScanner.zap({ target: 'https://staging.example.com' });

  function dynamicScan(props: Partial<DynamicScanGateProps> = {}): DynamicScanGate {
    return new DynamicScanGate(stack, 'Scan', { workspace, run: newRun(), scanner: zap, target: stagingTarget(), ...props });
  }

  test('is by ZAP, with kubectl to see what runs', () => {
    expect(toolsOf(dynamicScan().project)).toEqual(['zap', 'kubectl']);
  });

  test('knows what it scans, and where that runs', () => {
    expect(environmentOf(dynamicScan().project)).toMatchObject({
      SCAN_INPUT: { value: 'url' },
      SCAN_TARGET: { value: 'https://staging.example.com' },
      CLUSTER_NAME: { value: 'staging' },
      CLUSTER_REGION: { value: 'eu-central-1' },
      NAMESPACE: { value: 'shop' },
    });
  });

  test('may view the namespace, and change nothing in it', () => {
    const { role } = dynamicScan();
    Template.fromStack(stack).hasResourceProperties('AWS::EKS::AccessEntry', {
      ClusterName: 'staging',
      PrincipalArn: { 'Fn::GetAtt': [logicalId(role), 'Arn'] },
      AccessPolicies: [{
        AccessScope: { Type: 'namespace', Namespaces: ['shop'] },
        PolicyArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':eks::aws:cluster-access-policy/AmazonEKSViewPolicy']] },
      }],
    });
  });

  test('sees the cluster of another account by the given role only', () => {
    const viewRole = iam.Role.fromRoleArn(stack, 'ViewRole', 'arn:aws:iam::999988887777:role/view');
    const target = EksTarget.fromClusterName('staging', {
      account: '999988887777', namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/'), viewRole,
    });
    const { project, role } = dynamicScan({ target });
    expect(environmentOf(project).VIEW_ROLE_ARN.value).toBe('arn:aws:iam::999988887777:role/view');
    expect(statementsAllowing(role, 'sts:AssumeRole').flatMap(({ resources }) => resources)).toEqual(['arn:aws:iam::999988887777:role/view']);
    Template.fromStack(stack).resourceCountIs('AWS::EKS::AccessEntry', 0);
  });

  test('demands such a role', () => {
    const target = EksTarget.fromClusterName('staging', { account: '999988887777', namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') });
    expect(() => dynamicScan({ target })).toThrow(/^'staging\.viewRole' must be given for a cluster in another account or Region.*; make an EksDeployRole/);
  });

  test('keeps findings as those of staging', () => {
    dynamicScan();
    expect(definition('dynamic').environment).toBe('staging');
  });

  test('blocks as the given policy says', () => {
    dynamicScan({ policy: GatePolicy.failOn(Severity.MEDIUM) });
    expect(definition('dynamic').policy.failOn).toBe('MEDIUM');
  });

  test('may read the verdicts of all gates, to know the digest that must run', () => {
    expect(statementsAllowing(dynamicScan().role, 's3:GetObject').flatMap(({ resources }) => resources)).toContain(
      `<${logicalId(workspace.normalizer.bucket)}.Arn>/verdicts/*`);
  });

  test('runs second in its stage by default, after the deployment', () => {
    expect(dynamicScan().action.actionProperties.runOrder).toBe(2);
  });

  test('runs where it is put', () => {
    expect(dynamicScan({ runOrder: 5 }).action.actionProperties.runOrder).toBe(5);
  });

  test('has 30 minutes more than a long scan may take', () => {
    const { project } = dynamicScan({ scanner: DynamicScanner.zap({ target: 'https://staging.example.com', maxMinutes: 240 }) });
    expect(environmentOf(project)).toMatchObject({ ZAP_MAX_MINUTES: { value: '240' }, SCANNER_TIMEOUT_SECONDS: { value: String(270 * 60) } });
  });

  test('has the given time, whatever the scanner needs', () => {
    expect(environmentOf(dynamicScan({ timeout: Duration.minutes(90) }).project).SCANNER_TIMEOUT_SECONDS.value).toBe('5400');
  });

  test('is outside any VPC by default', () => {
    expect(propertiesOf(dynamicScan().project).VpcConfig).toBeUndefined();
  });

  test('joins the VPC that its scanner names', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const { project } = dynamicScan({ scanner: DynamicScanner.zap({ target: 'https://shop.internal', vpc }) });
    expect(propertiesOf(project).VpcConfig.VpcId).toEqual({ Ref: logicalId(vpc) });
  });

  test('does not look in the VPC of its scanner for the subnets of its target', () => {
    const scannerVpc = new ec2.Vpc(stack, 'ScannerVpc');
    const clusterVpc = new ec2.Vpc(stack, 'ClusterVpc', { subnetConfiguration: [{ name: 'Nodes', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, { name: 'Way out', subnetType: ec2.SubnetType.PUBLIC }] });
    const target = EksTarget.fromClusterName('staging', {
      namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/'), vpc: clusterVpc, subnets: { subnetGroupName: 'Nodes' },
    });
    const { project } = dynamicScan({ target, scanner: DynamicScanner.zap({ target: 'https://shop.internal', vpc: scannerVpc }) });
    expect(propertiesOf(project).VpcConfig.Subnets).toEqual(scannerVpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)));
  });
});

describe('a gate of one\'s own', () => {
  function scanGate(props: Partial<ScanGateProps> = {}, scanner: Partial<ScannerConfig> = {}): ScanGate {
    return new ScanGate(stack, 'Licences', {
      workspace,
      run: newRun(),
      gate: workspace.normalizer.addGate('licences', { reportFormat: ReportFormat.SARIF }),
      scanner: { scannerName: 'licences', reportFormat: ReportFormat.SARIF, script: customScript(), ...scanner },
      ...props,
    });
  }

  test('scans the commit by default', () => {
    expect(environmentOf(scanGate().project).SCAN_INPUT.value).toBe('commit');
  });

  test('scans the image', () => {
    const { role, project } = scanGate({ input: ScanInput.IMAGE, imageArtifact });
    expect(environmentOf(project).SCAN_INPUT.value).toBe('image');
    expect(statementsAllowing(role, 's3:GetObjectVersion').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(workspace.artifactBucket)}.Arn>/*/Image/*`]);
  });

  test('cannot scan the image without its artifact', () => {
    expect(() => scanGate({ input: ScanInput.IMAGE })).toThrow(
      '\'imageArtifact\' must be given for ScanInput.IMAGE, got nothing; give the artifact of ImageBuild');
  });

  test('cannot have a scanner whose reports the gate does not take', () => {
    expect(() => scanGate({}, { reportFormat: ReportFormat.TRIVY })).toThrow(
      '\'reportFormat\' must be that of the gate \'licences\' (sarif), got \'trivy\'; register the gate with the format that its scanner writes');
  });

  test('has an action named as its gate, first in its stage, by default', () => {
    const { actionName, runOrder = 1 } = scanGate().action.actionProperties;
    expect({ actionName, runOrder }).toEqual({ actionName: 'licences', runOrder: 1 });
  });

  test('has an action named and placed as given', () => {
    expect(scanGate({ actionName: 'LicenceCheck', runOrder: 3 }).action.actionProperties).toMatchObject({ actionName: 'LicenceCheck', runOrder: 3 });
  });

  test('has 30 minutes by default', () => {
    expect(environmentOf(scanGate().project).SCANNER_TIMEOUT_SECONDS.value).toBe('1800');
  });

  test('has the given time', () => {
    expect(environmentOf(scanGate({ timeout: Duration.minutes(5) }).project).SCANNER_TIMEOUT_SECONDS.value).toBe('300');
  });

  test('is outside any VPC by default', () => {
    expect(propertiesOf(scanGate().project).VpcConfig).toBeUndefined();
  });

  test('joins the given subnets', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const subnets = { subnets: [vpc.privateSubnets[1]] };
    expect(propertiesOf(scanGate({ vpc, subnets }).project).VpcConfig.Subnets).toEqual([stack.resolve(vpc.privateSubnets[1].subnetId)]);
  });

  test('installs the tools of its scanner and no others', () => {
    const pin = ToolPin.of({ version: '1.2.3', url: 'https://example.com/licensee', sha256: SHA256 });
    expect(toolsOf(scanGate({}, { toolPins: { licensee: pin } }).project)).toEqual(['licensee']);
  });

  test('has no list of tools if its scanner needs none', () => {
    expect(toolsOf(scanGate().project)).toEqual([]);
  });

  test('gets its script from the app\'s assets, and may read it', () => {
    const { project, role } = scanGate();
    const [, asset] = /^s3:\/\/(.+\.sh)$/.exec(environmentOf(project).SCANNER_SCRIPT_ASSET.value)!;
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources)).toContain(`arn:<AWS::Partition>:s3:::${asset}`);
  });

  test('gets variables of its own', () => {
    expect(environmentOf(scanGate({}, { environment: { LICENCE_POLICY: 'strict' } }).project).LICENCE_POLICY).toEqual({ type: 'PLAINTEXT', value: 'strict' });
  });

  test.each(['GATE_ID', 'NORMALIZER_ALIAS', 'FINDINGS_BUCKET', 'DEVSECOPS_SCRIPTS', 'SCANNER_SCRIPT', 'RUN_ID', 'COMMIT_SHA256', 'AWS_ENDPOINT_URL', 'path'])(
    'cannot set %s, which the gate relies on', (name) => {
      expect(() => scanGate({}, { environment: { [name]: 'x' } })).toThrow(
        `'environment' must name environment variables in upper case that the gate does not use itself, got '${name}'; choose another name, like 'LICENCE_POLICY'`);
    });

  test('can be made by anything with a role that puts reports, and by nothing else', () => {
    scanGate();
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({
          Effect: 'Deny',
          Resource: { 'Fn::Join': ['', [Match.anyValue(), '/raw/licences/*/*']] },
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^LicencesGateJobRole'), 'Arn'] }] } },
        })]),
      },
    });
  });
});
