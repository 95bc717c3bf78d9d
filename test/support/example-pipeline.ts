import { join } from 'node:path';
import { App, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eksv2 from 'aws-cdk-lib/aws-eks-v2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { aws_eks as eksInterfaces } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import * as devsecops from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

const FIXTURES = join(__dirname, 'fixtures');
export const WAIVERS_FILE = join(FIXTURES, 'waivers.yaml');
export const RULES_FOLDER = join(FIXTURES, 'rules');
export const SCANNER_SCRIPT = join(FIXTURES, 'scan-licences.sh');

/** Props to add or replace: what a test is about. */
export type Overrides = { [prop in keyof devsecops.DevSecOpsEksPipelineProps]?: devsecops.DevSecOpsEksPipelineProps[prop] };

/** An app as a user would write it: clusters in a stack of their own, the pipeline in another. */
export interface Example {
  readonly app: App;
  readonly clusterStack: Stack;
  readonly stack: Stack;
  readonly delivery: devsecops.DevSecOpsEksPipeline;
}

export interface ExampleOptions {
  /** Account and Region of both stacks; without it both are agnostic. */
  readonly env?: StackProps['env'];
  /** Props of the pipeline, made in its stack. */
  readonly overrides?: (stack: Stack) => Overrides;
  /** Context of the app. */
  readonly context?: { [key: string]: unknown };
  /** Which of CDK's two families of clusters. */
  readonly clusters?: (stack: Stack) => Clusters;
}

export interface Clusters {
  readonly staging: eksInterfaces.IClusterRef;
  readonly production: eksInterfaces.IClusterRef;
}

/** Clusters with access entries that answer on the internet, by aws-eks-v2. */
export function publicClusters(stack: Stack): Clusters {
  const cluster = (id: string) => new eksv2.Cluster(stack, id, { version: eksv2.KubernetesVersion.V1_34 });
  return { staging: cluster('StagingCluster'), production: cluster('ProductionCluster') };
}

/** Clusters that answer in their VPC only, by aws-eks-v2. */
export function privateClusters(stack: Stack): Clusters & { readonly vpc: ec2.IVpc } {
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const cluster = (id: string) => new eksv2.Cluster(stack, id, {
    version: eksv2.KubernetesVersion.V1_34, vpc, endpointAccess: eksv2.EndpointAccess.PRIVATE,
  });
  return { vpc, staging: cluster('StagingCluster'), production: cluster('ProductionCluster') };
}

/** Clusters by aws-eks, the older of CDK's two modules. */
export function olderClusters(stack: Stack): Clusters {
  const cluster = (id: string) => eks.Cluster.fromClusterAttributes(stack, id, { clusterName: `shop-${id.toLowerCase()}` });
  return { staging: cluster('Staging'), production: cluster('Production') };
}

/** The README's fifteen lines. */
export function minimalExample(options: ExampleOptions = {}): Example {
  const app = new App({ context: options.context });
  const clusterStack = new Stack(app, 'Clusters', { env: options.env });
  const { staging: stagingCluster, production: productionCluster } = (options.clusters ?? publicClusters)(clusterStack);
  const stack = new Stack(app, 'Shop', { env: options.env });
  const repository = codecommit.Repository.fromRepositoryName(stack, 'Source', 'shop');
  const { EksTarget, KubernetesDeployment, PipelineSource, ImageScanner, DynamicScanner, DevSecOpsEksPipeline } = devsecops;

  const delivery = new DevSecOpsEksPipeline(stack, 'Delivery', {
    source: PipelineSource.codeCommit(repository, { branch: 'main' }),
    imageScanner: ImageScanner.anchore(),
    staging: EksTarget.cluster(stagingCluster, { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') }),
    production: EksTarget.cluster(productionCluster, { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') }),
    dynamicScanner: DynamicScanner.zap({ target: 'https://staging.shop.example.com' }),
    approvalRecipients: ['security@example.com'],
    ...options.overrides?.(stack),
  });
  return { app, clusterStack, stack, delivery };
}

/** Everything on: private clusters, a tool mirror, waivers, paid scanners, gates of one's own, a recorder. */
export function maximalExample(options: ExampleOptions = {}): Example {
  const env = options.env ?? { account: ACCOUNT, region: REGION };
  const app = new App({ context: options.context });
  const clusterStack = new Stack(app, 'Clusters', { env });
  const { vpc, staging, production } = privateClusters(clusterStack);
  const stack = new Stack(app, 'Shop', { env });
  const secret = (id: string) => secretsmanager.Secret.fromSecretNameV2(stack, id, `shop/${id.toLowerCase()}`);
  const deployment = devsecops.KubernetesDeployment.helm('charts/shop', { valuesFiles: ['charts/values.yaml'] });

  const delivery = new devsecops.DevSecOpsEksPipeline(stack, 'Delivery', {
    source: devsecops.PipelineSource.newCodeCommit('shop', { branch: 'release' }),
    secretsScanner: devsecops.SecretsScanner.gitleaks({ configFile: WAIVERS_FILE }),
    secretsScan: devsecops.SecretsScan.fullHistory(),
    imageBuild: {
      commands: ['make test'],
      dockerfile: 'build/Dockerfile',
      context: 'build',
      buildArgs: { EDITION: 'full' },
      platform: devsecops.ImagePlatform.LINUX_AMD64,
      testReports: ['reports/junit.xml'],
      computeType: codebuild.ComputeType.LARGE,
      timeout: Duration.minutes(90),
    },
    imageScanner: devsecops.ImageScanner.anchoreEnterprise({
      url: 'https://anchore.example.com',
      credentials: secret('Anchore'),
      anchorectl: devsecops.ToolPin.of({
        version: '5.12.0', url: 'https://anchorectl-releases.example.com/v5.12.0/anchorectl_5.12.0_linux_amd64.tar.gz', sha256: 'a'.repeat(64),
      }),
      account: 'shop',
    }),
    codeScanner: devsecops.CodeScanner.semgrep({ ruleFolders: [RULES_FOLDER] }),
    registryScan: { scanning: devsecops.RegistryScanning.ENHANCED, deadline: Duration.minutes(90), findingsImport: devsecops.FindingsImport.ALWAYS },
    staging: devsecops.EksTarget.cluster(staging, {
      namespace: 'shop', deployment, url: 'https://staging.shop.example.com', access: devsecops.DeployAccess.ADMIN,
    }),
    production: devsecops.EksTarget.cluster(production, { namespace: 'shop', deployment, url: 'https://shop.example.com' }),
    dynamicScanner: devsecops.DynamicScanner.zap({
      target: 'https://staging.shop.example.com',
      scan: devsecops.ZapScan.FULL,
      maxMinutes: 45,
      authentication: { headerValue: { secret: secret('ScanUser'), field: 'token' }, loggedInUrl: 'https://staging.shop.example.com/me' },
    }),
    additionalGates: [new LicencesGate(), new HeadersGate()],
    policies: {
      image: devsecops.GatePolicy.failOn(devsecops.Severity.MEDIUM, { unfixable: devsecops.UnfixableFindings.BLOCK }),
      code: devsecops.GatePolicy.failOn(devsecops.Severity.CRITICAL),
      dynamic: devsecops.GatePolicy.auditOnly(),
      additional: { licences: devsecops.GatePolicy.failOnAny() },
    },
    waivers: devsecops.Waivers.fromFile(WAIVERS_FILE),
    deferImport: true,
    productName: 'shop delivery',
    toolMirror: devsecops.ToolMirror.fromBucket(s3.Bucket.fromBucketName(stack, 'Mirror', 'shop-tools'), 'mirror/tools'),
    vpc,
    executionMode: codepipeline.ExecutionMode.QUEUED,
    approvalRecipients: ['security@example.com', 'lead@example.com'],
    approvalTimeout: Duration.days(2),
    approverRule: devsecops.ApproverRule.NOT_THE_AUTHOR,
    notificationRecipients: ['team@example.com'],
    auditTrail: devsecops.AuditTrailSource.newTrail(),
    configRecorder: devsecops.ConfigRecorder.create(),
    ...options.overrides?.(stack),
  });
  return { app, clusterStack, stack, delivery };
}

/** A gate of somebody's own, before the push. */
export class LicencesGate implements devsecops.ISecurityGate {
  public readonly gateId: string = 'licences';
  public readonly reportFormat = devsecops.ReportFormat.SARIF;
  public readonly position: devsecops.GatePosition = devsecops.GatePosition.SCAN;

  public bind(scope: Construct, options: devsecops.SecurityGateBindOptions): devsecops.SecurityGateConfig {
    const scan = new devsecops.ScanGate(scope, 'Scan', {
      workspace: options.workspace,
      gate: options.gate,
      run: options.run,
      runOrder: options.runOrder,
      input: devsecops.ScanInput.IMAGE,
      imageArtifact: options.imageArtifact,
      scanner: {
        scannerName: 'licences',
        reportFormat: this.reportFormat,
        script: devsecops.ScannerScript.fromFile(SCANNER_SCRIPT),
        toolPins: { licences: devsecops.ToolPin.of({ version: '1.2.3', url: 'https://example.com/1.2.3/licences', sha256: 'b'.repeat(64) }) },
        secrets: { LICENCE_SERVER_TOKEN: { secret: secretsmanager.Secret.fromSecretNameV2(scope, 'Token', 'shop/licences') } },
      },
    });
    return { actions: [scan.action] };
  }
}

/** A gate of somebody's own, against staging. */
export class HeadersGate implements devsecops.ISecurityGate {
  public readonly gateId: string = 'headers';
  public readonly reportFormat = devsecops.ReportFormat.SARIF;
  public readonly position: devsecops.GatePosition = devsecops.GatePosition.STAGING;

  public bind(scope: Construct, options: devsecops.SecurityGateBindOptions): devsecops.SecurityGateConfig {
    const scan = new devsecops.ScanGate(scope, 'Scan', {
      workspace: options.workspace,
      gate: options.gate,
      run: options.run,
      runOrder: options.runOrder,
      scanner: { scannerName: 'headers', reportFormat: this.reportFormat, script: devsecops.ScannerScript.fromFile(SCANNER_SCRIPT) },
    });
    return { actions: [scan.action] };
  }
}

/** The two templates that most checks hold for. */
export const EXAMPLES: { readonly [name: string]: (options?: ExampleOptions) => Example } = {
  minimal: minimalExample,
  maximal: maximalExample,
};

export function templateOf(example: Example): Template {
  return Template.fromStack(example.stack);
}
