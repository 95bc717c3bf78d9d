import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import {
  ClusterEndpoint, CodeScanner, DynamicScanner, type DynamicScannerConfig, EksDeployRole, EksTarget, type EksTargetOptions, GatePosition,
  ImageBuild, ImageScanner, KubernetesDeployment, type NamedEksTargetOptions, PipelineSource, type PipelineSourceConfig, PipelineWorkspace,
  ProductionApproval, ReportFormat, RequiredGates, SecretsGate, SecretsScan, ToolPin, Waivers,
} from '../src';
import { ACCOUNT, Example, LicencesGate, minimalExample, Overrides, REGION } from './support/example-pipeline';

/** Every message names the prop, the rule, the value and the remedy. */
interface Message {
  readonly prop: string;
  readonly rule: string;
  readonly value: string;
  readonly remedy: string;
}

function expectRefused(make: () => unknown, { prop, rule, value, remedy }: Message): void {
  expect(make).toThrow(`'${prop}' ${rule}, got ${value}; ${remedy}`);
}

const ENV = { account: ACCOUNT, region: REGION };
const deployment = KubernetesDeployment.manifests('k8s/');

function synth(overrides: Overrides | ((stack: Stack) => Overrides)): Example {
  return minimalExample({ env: ENV, overrides: typeof overrides === 'function' ? overrides : () => overrides });
}

function named(options: Partial<NamedEksTargetOptions>): EksTarget {
  return EksTarget.fromClusterName('shop-staging', { namespace: 'shop', deployment, ...options });
}

function isolatedVpc(stack: Stack): ec2.IVpc {
  return new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
}

function waiverFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'waivers-')), 'waivers.yaml');
  writeFileSync(file, text);
  return file;
}

describe('no approval recipient and no topic', () => {
  test.each([undefined, []])('%p', (approvalRecipients) => {
    expectRefused(() => synth({ approvalRecipients }), {
      prop: 'approvalRecipients',
      rule: 'must name at least one approver, unless an \'approvalTopic\' is given',
      value: approvalRecipients ? '[]' : 'nothing',
      remedy: 'give an address like [\'security@example.com\'], or a topic that somebody reads',
    });
  });
});

describe('an invalid e-mail', () => {
  test.each(['security', 'security@example', 'a@b@example.com', 'a@example.com, b@example.com', 'Security <security@example.com>', '', 'a b@example.com'])(
    'approvalRecipients: %p', (address) => {
      expectRefused(() => synth({ approvalRecipients: ['lead@example.com', address] }), {
        prop: 'approvalRecipients', rule: 'must hold e-mail addresses', value: `'${address}'`, remedy: 'write one address per entry, like \'security@example.com\'',
      });
    });

  test('notificationRecipients', () => {
    expectRefused(() => synth({ notificationRecipients: ['team'] }), {
      prop: 'notificationRecipients', rule: 'must hold e-mail addresses', value: '\'team\'', remedy: 'write one address per entry, like \'security@example.com\'',
    });
  });
});

describe('a namespace that is no DNS label', () => {
  const message = (value: string): Message => ({
    prop: 'namespace',
    rule: 'must be a DNS label (RFC 1123: lower-case letters, digits and hyphens, at most 63 characters)',
    value: `'${value}'`,
    remedy: 'use the name of the namespace as the cluster has it, like \'shop\'',
  });

  test.each(['Shop', 'shop_1', '-shop', 'shop-', 'shop.web', '', 's'.repeat(64)])('%p in a target', (namespace) => {
    expectRefused(() => named({ namespace }), message(namespace));
  });

  test('in a deploy role', () => {
    const cluster = { clusterRef: { clusterName: 'shop', clusterArn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/shop` } } as any;

    expectRefused(() => new EksDeployRole(new Stack(), 'Role', { cluster, namespace: 'SHOP', pipelineAccount: ACCOUNT }), message('SHOP'));
  });
});

describe('a DAST target that is not http(s)', () => {
  const message = (prop: string, value: string): Message => ({
    prop, rule: 'must be an absolute http or https URL', value: `'${value}'`, remedy: 'write it like \'https://staging.shop.example.com\'',
  });

  test.each(['staging.shop.example.com', 'ftp://shop.example.com', '/shop', 'file:///etc/passwd', ''])('%p', (target) => {
    expectRefused(() => DynamicScanner.zap({ target }), message('target', target));
  });

  test('that holds a password, which would stand in the template', () => {
    expect(() => DynamicScanner.zap({ target: 'https://admin:hunter2@staging.shop.example.com' }))
      .toThrow(/'target' must not hold a user name or password.*; .*take them from Secrets Manager/);
    expect(() => DynamicScanner.zap({ target: 'https://admin:hunter2@staging.shop.example.com' })).not.toThrow(/hunter2/);
  });

  test('from a scanner of one\'s own', () => {
    class Own extends DynamicScanner {
      public bind(): DynamicScannerConfig {
        return { ...DynamicScanner.zap({ target: 'https://example.com' }).bind(), target: 'shop' };
      }
    }

    expectRefused(() => synth({ dynamicScanner: new Own() }), message('dynamicScanner.target', 'shop'));
  });

  test('a target\'s url', () => {
    expectRefused(() => named({ url: 'shop.example.com' }), message('url', 'shop.example.com'));
  });
});

describe('a DAST target with production\'s host', () => {
  test.each([
    ['the same', 'https://shop.example.com', 'https://shop.example.com'],
    ['in other letters', 'https://SHOP.Example.com', 'https://shop.example.com'],
    ['on another port', 'https://shop.example.com:8443/', 'https://shop.example.com'],
    ['with a trailing dot', 'https://shop.example.com./', 'https://shop.example.com'],
    ['over http', 'http://shop.example.com/login', 'https://shop.example.com'],
    ['with the dot in production', 'https://shop.example.com', 'https://Shop.example.com.:443/path'],
  ])('%s', (_, target, url) => {
    expectRefused(() => synth({ dynamicScanner: DynamicScanner.zap({ target }), production: named({ url }) }), {
      prop: 'dynamicScanner.target',
      rule: 'must not be the host of \'production.url\'',
      value: '\'shop.example.com\'',
      remedy: 'scan the application in staging: a scan may change data',
    });
  });

  test('a host below production\'s is another host', () => {
    expect(() => synth({
      dynamicScanner: DynamicScanner.zap({ target: 'https://staging.shop.example.com' }), production: named({ url: 'https://shop.example.com' }),
    })).not.toThrow();
  });
});

describe('latest', () => {
  test('as a tool\'s version', () => {
    expectRefused(() => ToolPin.of({ version: 'latest', url: 'https://example.com/1.0/grype', sha256: 'a'.repeat(64) }), {
      prop: 'version', rule: 'must name exactly one release', value: '\'latest\'', remedy: 'write the full version, like \'0.120.1\': what floats cannot be pinned',
    });
  });

  test('in a tool\'s URL', () => {
    expectRefused(() => ToolPin.of({ version: '1.0.0', url: 'https://example.com/releases/latest/grype', sha256: 'a'.repeat(64) }), {
      prop: 'url',
      rule: 'must name exactly one release',
      value: '\'https://example.com/releases/latest/grype\'',
      remedy: 'name the release itself: what \'latest\' points to changes, and its checksum with it',
    });
  });

  test('as the tag of a tool\'s image', () => {
    const reference = `public.ecr.aws/moby/buildkit:latest@sha256:${'a'.repeat(64)}`;

    expectRefused(() => ToolPin.ofImage({ version: '0.29.0', reference }), {
      prop: 'reference',
      rule: 'must name exactly one release',
      value: `'${reference}'`,
      remedy: 'name the release itself: what \'latest\' points to changes, and its checksum with it',
    });
  });

  test.each(['shop:latest', 'shop:1.0', `shop@sha256:${'a'.repeat(64)}`, 'registry.example.com:5000/shop:latest', 'Shop', '', 'shop web'])(
    'as the tag of the image in manifests: %p', (imageName) => {
      for (const make of [KubernetesDeployment.manifests, KubernetesDeployment.kustomize]) {
        expectRefused(() => make.call(KubernetesDeployment, 'k8s/', { imageName }), {
          prop: 'imageName',
          rule: 'must be the name of an image without tag or digest',
          value: `'${imageName}'`,
          remedy: 'write it as the manifests do up to the colon, like \'shop\': the pipeline puts the digest that was scanned, never a tag like latest',
        });
      }
    });

  test.each(['shop', 'example/shop', 'registry.example.com:5000/team/shop-web', 'public.ecr.aws/shop__web'])('an image\'s name without a tag is taken: %p', (imageName) => {
    expect(() => KubernetesDeployment.manifests('k8s/', { imageName })).not.toThrow();
  });
});

test('a tool override without a SHA-256', () => {
  expectRefused(() => ToolPin.of({ version: '0.120.1', url: 'https://example.com/0.120.1/grype' } as any), {
    prop: 'sha256',
    rule: 'must be a SHA-256 of 64 lower-case hex digits',
    value: 'nothing',
    remedy: 'take it from the publisher\'s checksum file and compare it with a download of your own',
  });
});

describe('a cluster in another account or Region without a role', () => {
  const message = (prop: string, role: string): Message => ({
    prop,
    rule: 'must be given for a cluster in another account or Region',
    value: 'nothing',
    remedy: `make an EksDeployRole in a stack of the cluster's account, and give its '${role}'`,
  });

  test('another account', () => {
    expectRefused(() => synth({ production: named({ account: '444455556666' }) }), message('production.deployRole', 'role'));
  });

  test('another Region', () => {
    expectRefused(() => synth({ production: named({ region: 'eu-west-1' }) }), message('production.deployRole', 'role'));
  });

  test('a role for the deployment, but none for the scan', () => {
    expectRefused(() => {
      const app = new App();
      const stack = new Stack(app, 'Staging', { env: { account: '444455556666', region: REGION } });
      const cluster = { clusterRef: { clusterName: 'shop', clusterArn: `arn:aws:eks:${REGION}:444455556666:cluster/shop` } } as any;
      const { role } = new EksDeployRole(stack, 'Role', { cluster, namespace: 'shop', pipelineAccount: ACCOUNT });
      synth({ staging: named({ account: '444455556666', deployRole: role }) });
    }, message('staging.viewRole', 'viewRole'));
  });

  test('an account that synth cannot compare is a warning', () => {
    const { stack } = minimalExample({ overrides: () => ({ production: named({ account: '444455556666' }) }) });

    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(
      'the account or Region of the cluster \'shop-staging\' is given, but those of the pipeline\'s stack are not known.*EksTarget.environment'));
  });
});

describe('a cluster that is described wrongly', () => {
  test.each(['1234', '4444-5555-6666', ''])('account %p', (account) => {
    expectRefused(() => named({ account }), {
      prop: 'account', rule: 'must be an account id of 12 digits', value: `'${account}'`, remedy: 'give the account of the cluster',
    });
  });

  test.each(['Frankfurt', 'eu-central', ''])('Region %p', (region) => {
    expectRefused(() => named({ region }), { prop: 'region', rule: 'must be the code of a Region', value: `'${region}'`, remedy: 'write it like \'eu-central-1\'' });
  });

  test.each(['', `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/shop`, '-shop'])('name %p', (name) => {
    expectRefused(() => EksTarget.fromClusterName(name, { namespace: 'shop', deployment }), {
      prop: 'clusterName',
      rule: 'must be the name of a cluster: 1 to 100 letters, digits, \'-\' or \'_\'',
      value: `'${name}'`,
      remedy: 'give its name, not its ARN, like \'shop-staging\'',
    });
  });

  test.each([[Duration.seconds(5), '5 seconds'], [Duration.hours(5), '5 hours'], [Duration.millis(30500), '30 seconds 500 millis']])(
    'a rollout of %p', (rolloutTimeout, value) => {
      expectRefused(() => named({ rolloutTimeout } as EksTargetOptions), {
        prop: 'rolloutTimeout', rule: 'must be whole seconds, from 30 seconds to 4 hours', value: `'${value}'`, remedy: 'the default is 10 minutes',
      });
    });

  test('the account of a pipeline that may deploy', () => {
    expectRefused(() => new EksDeployRole(new Stack(), 'Role', { cluster: { clusterRef: {} } as any, namespace: 'shop', pipelineAccount: 'production' }), {
      prop: 'pipelineAccount', rule: 'must be an account id of 12 digits', value: '\'production\'', remedy: 'give the account of the pipeline\'s stack',
    });
  });
});

test('a private cluster without a VPC', () => {
  expectRefused(() => synth({ production: named({ endpoint: ClusterEndpoint.PRIVATE }) }), {
    prop: 'production.vpc',
    rule: 'must be given for a cluster whose endpoint is private',
    value: 'nothing',
    remedy: 'give the VPC, in the account and Region of the pipeline, from which the cluster\'s API can be reached',
  });
});

describe('isolated subnets without a tool mirror', () => {
  const names = /'toolMirror' must be given for a job in isolated subnets, which reach no publisher.*; give ToolMirror.fromBucket\(bucket\), and VPC endpoints for S3, STS, .*EKS, .*CodeBuild/;

  test('of a target', () => {
    expect(() => synth((stack) => ({ production: named({ endpoint: ClusterEndpoint.PRIVATE, vpc: isolatedVpc(stack) }) }))).toThrow(names);
  });

  test('of the pipeline', () => {
    expect(() => synth((stack) => ({ vpc: isolatedVpc(stack) }))).toThrow(names);
  });

  test('of the dynamic scanner', () => {
    expect(() => synth((stack) => ({ dynamicScanner: DynamicScanner.zap({ target: 'https://staging.shop.internal', vpc: isolatedVpc(stack) }) }))).toThrow(names);
  });
});

describe('two gates with one id', () => {
  const message = (id: string): Message => ({
    prop: 'gateId', rule: 'must be unique within a normalizer', value: `'${id}'`, remedy: 'give the second gate an id of its own',
  });

  test('of one\'s own', () => {
    expectRefused(() => synth({ additionalGates: [new LicencesGate(), new LicencesGate()] }), message('licences'));
  });

  test.each(['secrets', 'image', 'code', 'registry', 'dynamic'])('one of them built in: %s', (gateId) => {
    class Impostor extends LicencesGate {
      public readonly gateId = gateId;
    }

    expectRefused(() => synth({ additionalGates: [new Impostor()] }), message(gateId));
  });

  test('an id of another form', () => {
    class Shouting extends LicencesGate {
      public readonly gateId = 'LICENCES';
    }

    expectRefused(() => synth({ additionalGates: [new Shouting()] }), {
      prop: 'gateId',
      rule: 'must be 2 to 32 lower-case letters, digits or hyphens and start with a letter',
      value: '\'LICENCES\'',
      remedy: 'choose an id like \'licences\'',
    });
  });

  test('a gate without an action', () => {
    const lazy = { gateId: 'lazy', position: GatePosition.SCAN, reportFormat: ReportFormat.SARIF, bind: () => ({ actions: [] }) };

    expectRefused(() => synth({ additionalGates: [lazy] }), {
      prop: 'additionalGates', rule: 'must bring at least one action each', value: '\'lazy\'', remedy: 'return the action of a ScanGate from bind()',
    });
  });
});

describe('Snyk or Anchore Enterprise without a secret', () => {
  test.each([['ImageScanner.snyk', ImageScanner.snyk], ['CodeScanner.snykCode', CodeScanner.snykCode]])('%s', (_, make) => {
    expect(() => make({} as any)).toThrow(/'apiToken' must be a secret.*; give a Secrets Manager secret with the token of a Snyk service account/);
  });

  test('ImageScanner.anchoreEnterprise', () => {
    expect(() => ImageScanner.anchoreEnterprise({ url: 'https://anchore.example.com' } as any))
      .toThrow(/'credentials' must be a secret.*; give a Secrets Manager secret with the fields username and password/);
  });
});

describe('an empty manifest path', () => {
  test.each(['', ' ', '/k8s', '../k8s', 'k8s/../../other', '-R'])('%p', (path) => {
    for (const make of [KubernetesDeployment.manifests, KubernetesDeployment.kustomize, KubernetesDeployment.helm]) {
      expectRefused(() => make.call(KubernetesDeployment, path), {
        prop: 'path', rule: 'must be a path within the repository', value: `'${path}'`, remedy: 'write it relative to the repository\'s root, like \'k8s/\'',
      });
    }
  });

  test('of a values file', () => {
    expectRefused(() => KubernetesDeployment.helm('chart', { valuesFiles: ['values.yaml', ''] }), {
      prop: 'valuesFiles', rule: 'must be a path within the repository', value: '\'\'', remedy: 'write it relative to the repository\'s root, like \'k8s/\'',
    });
  });

  test.each(['dockerfile', 'context'])('of the build\'s %s', (prop) => {
    expectRefused(() => synth({ imageBuild: { [prop]: '' } }), {
      prop, rule: 'must be a path within the repository', value: '\'\'', remedy: 'write it relative to the repository\'s root',
    });
  });
});

describe('a bad waiver file', () => {
  test('that is not there', () => {
    expectRefused(() => Waivers.fromFile('/nowhere/waivers.yaml'), {
      prop: 'waivers', rule: 'must be a readable file (ENOENT)', value: '\'/nowhere/waivers.yaml\'', remedy: 'give the path of a YAML or JSON file',
    });
  });

  test.each([
    ['no YAML', 'waivers: [', /no YAML or JSON/],
    ['an unknown key', 'version: 1\nwaivers:\n  - { id: CVE-1, reason: because we say so, owner: me, expires: 2099-01-01, forever: true }', /unknown key 'forever'/],
    ['no owner', 'version: 1\nwaivers:\n  - { id: CVE-1, reason: because we say so, expires: 2099-01-01 }', /lacks 'owner'/],
    ['no end', 'version: 1\nwaivers:\n  - { id: CVE-1, reason: because we say so, owner: me }', /lacks 'expires'/],
    ['a date that is none', 'version: 1\nwaivers:\n  - { id: CVE-1, reason: because we say so, owner: me, expires: 2099-02-30 }', /expires/],
    ['nothing that it waives', 'version: 1\nwaivers:\n  - { reason: because we say so, owner: me, expires: 2099-01-01 }', /needs one of 'id', 'package', 'path'/],
  ])('with %s', (_, text, breach) => {
    const file = waiverFile(text);

    expect(() => Waivers.fromFile(file)).toThrow(breach);
    expect(() => Waivers.fromFile(file)).toThrow(/'waivers' must be a file of valid waivers, but /);
    expect(() => Waivers.fromFile(file)).toThrow(`, got '${file}'; write each as { id | package | path, reason, owner, expires: YYYY-MM-DD, ticket? }`);
  });
});

test('PARALLEL mode', () => {
  expectRefused(() => synth({ executionMode: codepipeline.ExecutionMode.PARALLEL }), {
    prop: 'executionMode',
    rule: 'must be SUPERSEDED or QUEUED',
    value: '\'PARALLEL\'',
    remedy: 'two releases at once could replace the application that is being scanned',
  });
});

describe('an action value over 1,000 characters', () => {
  function longRun(): { stack: Stack; workspace: PipelineWorkspace; secrets: SecretsGate; source: PipelineSourceConfig } {
    const stack = new Stack(new App(), 'Shop');
    const workspace = new PipelineWorkspace(stack, 'Workspace');
    const source = PipelineSource.newCodeCommit('shop').bind(new Construct(stack, 'Source'));
    return { stack, workspace, source, secrets: new SecretsGate(stack, 'Secrets', { workspace, source, variablesNamespace: 'N'.repeat(400) }) };
  }

  test('of a job', () => {
    const { stack, workspace, secrets: { run } } = longRun();

    expect(() => new ImageBuild(stack, 'Build', { workspace, run })).toThrow(
      /'Image.environmentVariables' must take at most 1000 characters as an action's configuration value \(CodePipeline's quotas\), got '\d{4} characters'; give what does not change from run to run to the project/);
  });

  test('of a function', () => {
    const { stack, workspace, source, secrets } = longRun();
    const approval = new ProductionApproval(stack, 'Approval', {
      workspace, run: secrets.run, requiredGates: RequiredGates.of('secrets'), approvalRecipients: ['security@example.com'],
    });

    expect(() => new codepipeline.Pipeline(stack, 'Pipeline', {
      stages: [{ stageName: 'Source', actions: [source.action] }, { stageName: 'Approval', actions: approval.actions }],
    })).toThrow(
      /'Brief.UserParameters' must take at most 1000 characters as an action's configuration value \(CodePipeline's quotas\), got '\d{4} characters'; shorten the name/);
  });
});

describe('what the partition lacks', () => {
  test('AWS CodeConnections in China', () => {
    const source = PipelineSource.connection('example/shop', { connectionArn: `arn:aws-cn:codeconnections:cn-north-1:${ACCOUNT}:connection/1234` });

    expectRefused(() => minimalExample({ env: { account: ACCOUNT, region: 'cn-north-1' }, overrides: () => ({ source }) }), {
      prop: 'source',
      rule: 'must not use CodeConnections in the partition aws-cn, which lacks it',
      value: '\'cn-north-1\'',
      remedy: 'use PipelineSource.codeCommit() or PipelineSource.s3()',
    });
  });

  test('a history in S3', () => {
    expectRefused(() => synth((stack) => ({
      source: PipelineSource.s3(minimalBucket(stack), { objectKey: 'source.zip' }), secretsScan: SecretsScan.fullHistory(),
    })), {
      prop: 'secretsScan',
      rule: 'must be SecretsScan.treeOnly() for a source without history',
      value: '\'SecretsScan.fullHistory()\'',
      remedy: 'give \'secretsScan: SecretsScan.treeOnly()\', or take the source from a repository',
    });
  });
});

function minimalBucket(stack: Stack): any {
  return new PipelineWorkspace(stack, 'Other').artifactBucket;
}

describe('times that the services do not take', () => {
  test.each([[Duration.minutes(4), '4 minutes'], [Duration.days(61), '61 days'], [Duration.seconds(330), '5 minutes 30 seconds']])(
    'an approval within %p', (approvalTimeout, value) => {
      expectRefused(() => synth({ approvalTimeout }), {
        prop: 'approvalTimeout', rule: 'must be whole minutes, from 5 minutes to 60 days (CodePipeline quotas)', value: `'${value}'`, remedy: 'the default is 24 hours',
      });
    });
});

test.each(['', 'x'.repeat(129)])('a product\'s name that Security Hub does not take: %p', (productName) => {
  expectRefused(() => synth({ productName }), {
    prop: 'productName', rule: 'must have 1 to 128 characters', value: `'${productName}'`, remedy: 'choose a name like \'shop-delivery\'',
  });
});
