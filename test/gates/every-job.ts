import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ImageBuild } from '../../src/build/image-build';
import { EksDeployment } from '../../src/deploy/eks-deployment';
import { EksTarget } from '../../src/deploy/eks-target';
import { KubernetesDeployment } from '../../src/deploy/kubernetes-deployment';
import { ReportFormat } from '../../src/findings/report-format';
import { CodeScanGate } from '../../src/gates/code-scan';
import { DynamicScanGate } from '../../src/gates/dynamic-scan';
import { ImageScanGate } from '../../src/gates/image-scan';
import { RequiredGates } from '../../src/gates/required-gates';
import { ScanGate } from '../../src/gates/scan-gate';
import { ImageRelease } from '../../src/release/image-release';
import { CodeScanner } from '../../src/scanners/code-scanner';
import { DynamicScanner } from '../../src/scanners/dynamic-scanner';
import { ImageScanner } from '../../src/scanners/image-scanner';
import { ScannerScript } from '../../src/scanners/scanner-script';
import { SecretsScanner } from '../../src/scanners/secrets-scanner';
import { ToolPin } from '../../src/tools/tool-version';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { checkedOut, newRun, registerGates } from '../jobs/support';

export interface Job {
  readonly project: codebuild.IProject;
  readonly role: iam.IRole;
  readonly action: codepipeline.IAction;
}

export const SHA256 = 'a'.repeat(64);
export const ANCHORECTL = ToolPin.of({ version: '5.9.0', url: 'https://example.com/anchorectl_5.9.0_linux_amd64.tar.gz', sha256: SHA256 });

export function secret(stack: Stack): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:scanner-AbCdEf');
}

export function stagingTarget(): EksTarget {
  return EksTarget.fromClusterName('staging', { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') });
}

/** A script of the user's own, that would pass if it were run and believed. */
export function customScript(): ScannerScript {
  const file = join(mkdtempSync(join(tmpdir(), 'scanner-')), 'scan.sh');
  writeFileSync(file, 'echo EXECUTED\n');
  return ScannerScript.fromFile(file);
}

/** The jobs that look at something and ask for a verdict, by name: with every scanner that there is. */
export const GATE_JOBS: { [name: string]: (workspace: PipelineWorkspace, stack: Stack) => Job } = {
  'secrets with git-secrets': (workspace) => checkedOut(workspace).checkout,
  'secrets with gitleaks': (workspace) => checkedOut(workspace, { scanner: SecretsScanner.gitleaks() }).checkout,
  'image with Grype': imageScan(() => ImageScanner.anchore()),
  'image with Anchore Enterprise': imageScan((stack) => ImageScanner.anchoreEnterprise({
    url: 'https://anchore.example.com', credentials: secret(stack), anchorectl: ANCHORECTL,
  })),
  'image with Snyk': imageScan((stack) => ImageScanner.snyk({ apiToken: secret(stack) })),
  'image with a scanner of one\'s own': imageScan(() => ImageScanner.custom({
    scannerName: 'mine', reportFormat: ReportFormat.SARIF, script: customScript(),
  })),
  'code with Semgrep': (workspace, stack) => new CodeScanGate(stack, 'CodeScan', { workspace, run: newRun() }),
  'code with Snyk Code': (workspace, stack) => new CodeScanGate(stack, 'CodeScan', {
    workspace, run: newRun(), scanner: CodeScanner.snykCode({ apiToken: secret(stack) }),
  }),
  'dynamic with ZAP': (workspace, stack) => new DynamicScanGate(stack, 'DynamicScan', {
    workspace, run: newRun(), target: stagingTarget(), scanner: DynamicScanner.zap({ target: 'https://staging.example.com' }),
  }),
  'a gate of one\'s own': (workspace, stack) => new ScanGate(stack, 'Licences', {
    workspace,
    run: newRun(),
    gate: workspace.normalizer.addGate('licences', { reportFormat: ReportFormat.SARIF }),
    scanner: { scannerName: 'licences', reportFormat: ReportFormat.SARIF, script: customScript() },
  }),
};

/** All jobs, also those that build, push and deploy. */
export const JOBS: typeof GATE_JOBS = {
  ...GATE_JOBS,
  build: (workspace, stack) => new ImageBuild(stack, 'Build', { workspace, run: newRun() }),
  push: (workspace, stack) => new ImageRelease(stack, 'Release', {
    workspace: withGate(workspace, 'before-push'),
    run: newRun(),
    imageArtifact: new codepipeline.Artifact('Image'),
    requiredGates: RequiredGates.of('before-push'),
  }),
  deploy: (workspace, stack) => new EksDeployment(stack, 'Staging', {
    workspace: withGate(workspace, 'before-deployment'),
    run: newRun(),
    repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'),
    target: stagingTarget(),
    environmentName: 'staging',
    requiredGates: RequiredGates.of('before-deployment'),
  }),
};

/** A workspace with the gate that push and deployment demand. */
function withGate(workspace: PipelineWorkspace, gateId: string): PipelineWorkspace {
  registerGates(workspace, gateId);
  return workspace;
}

function imageScan(scanner: (stack: Stack) => ImageScanner): (workspace: PipelineWorkspace, stack: Stack) => Job {
  return (workspace, stack) => new ImageScanGate(stack, 'ImageScan', {
    workspace, run: newRun(), imageArtifact: new codepipeline.Artifact('Image'), scanner: scanner(stack),
  });
}
