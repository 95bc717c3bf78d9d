import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import { ImageBuild, ImageBuildOptions, ImagePlatform } from '../../src/build/image-build';
import { ToolPin } from '../../src/tools/tool-version';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { JOBS, SHA256 } from '../gates/every-job';
import {
  actionOf, actionVariables, buildspecOf, checkedOut, environmentOf, logicalId, newRun, newStack, newWorkspace, pipelineWith, propertiesOf,
  statementsAllowing, statementsOf, toolsOf,
} from '../jobs/support';
import { nagViolations } from '../monitoring/support';

let stack: Stack;
let workspace: PipelineWorkspace;

beforeEach(() => {
  stack = newStack();
  workspace = newWorkspace(stack);
});

function newBuild(options: ImageBuildOptions = {}): ImageBuild {
  return new ImageBuild(stack, 'Build', { workspace, run: newRun(), ...options });
}

function environment(options?: ImageBuildOptions): { [name: string]: string } {
  return Object.fromEntries(Object.entries(environmentOf(newBuild(options).project)).map(([name, { value }]) => [name, value]));
}

describe('privileges', () => {
  test.each(Object.keys(JOBS))('has the job of %s only if it is the build', (name) => {
    expect(propertiesOf(JOBS[name](workspace, stack).project).Environment.PrivilegedMode).toBe(name === 'build');
  });
});

describe('the image', () => {
  test('is built from the Dockerfile at the root, for x86_64, without commands or arguments, by default', () => {
    expect(environment()).toMatchObject({
      DOCKERFILE: 'Dockerfile', BUILD_CONTEXT: '.', BUILD_PLATFORM: 'linux/amd64', BUILD_COMMANDS: '[]', BUILD_ARGS: '{}', TEST_REPORTS: '[]',
    });
  });

  test('is built from the given Dockerfile and context', () => {
    expect(environment({ dockerfile: 'docker/Dockerfile.prod', context: 'app' })).toMatchObject({ DOCKERFILE: 'docker/Dockerfile.prod', BUILD_CONTEXT: 'app' });
  });

  test('is built after the given commands, with the given arguments', () => {
    expect(environment({ commands: ['npm ci', 'echo "it\'s"'], buildArgs: { NODE_ENV: 'production' } })).toMatchObject({
      BUILD_COMMANDS: '["npm ci","echo \\"it\'s\\""]', BUILD_ARGS: '{"NODE_ENV":"production"}',
    });
  });

  test('is built for ARM64 on such a machine', () => {
    const { project } = newBuild({ platform: ImagePlatform.LINUX_ARM64 });
    expect(environmentOf(project).BUILD_PLATFORM.value).toBe('linux/arm64');
    expect(propertiesOf(project).Environment.Type).toBe('ARM_CONTAINER');
  });

  test.each(['dockerfile', 'context'])('is built from no %s outside the repository', (prop) => {
    for (const path of ['', '/etc', '../other', 'a/../../b']) {
      expect(() => newBuild({ [prop]: path })).toThrow(`'${prop}' must be a path within the repository, got '${path}'; write it relative to the repository's root`);
      stack = newStack();
      workspace = newWorkspace(stack);
    }
  });

  test('is built by the library\'s pin of BuildKit by default: an image by its digest', () => {
    const { project } = newBuild();
    expect(toolsOf(project)).toEqual(['buildkit']);
    expect(buildspecOf(project).phases.install.commands.find((command: string) => command.includes('tools.json'))).toMatch(/"image":"[^"]+@sha256:[0-9a-f]{64}"/);
  });

  test('is built by the given release of BuildKit', () => {
    const reference = `registry.example.com/moby/buildkit@sha256:${SHA256}`;
    const { project } = newBuild({ buildkit: ToolPin.ofImage({ version: '0.30.0', reference }) });
    expect(buildspecOf(project).phases.install.commands.find((command: string) => command.includes('tools.json'))).toContain(`"image":"${reference}"`);
  });

  test('is the one artifact that the build writes', () => {
    const { role, imageArtifact } = newBuild();
    expect(imageArtifact.artifactName).toBe('Image');
    expect(statementsAllowing(role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(workspace.artifactBucket)}.Arn>/*/Image/*`]);
  });
});

describe('the role of the build', () => {
  test('reads the commit, and no other artifact', () => {
    expect(statementsAllowing(newBuild().role, 's3:GetObjectVersion').flatMap(({ resources }) => resources)).toEqual(
      [`<${logicalId(workspace.artifactBucket)}.Arn>/*/Commit/*`]);
  });

  test('has no right in the findings bucket: nothing that untrusted code says is believed', () => {
    const findings = `<${logicalId(workspace.normalizer.bucket)}.Arn>`;
    expect(statementsOf(newBuild().role).filter(({ resources }) => resources.some((each) => each.startsWith(findings)))).toEqual([]);
  });

  test('pushes to the layer cache only', () => {
    const { role, cacheRepository } = newBuild();
    expect(statementsAllowing(role, 'ecr:PutImage').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(cacheRepository)}.Arn>`]);
  });

  test('has a right on everything only to log in to the registry', () => {
    expect(statementsOf(newBuild().role).filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)).toEqual(['ecr:GetAuthorizationToken']);
  });

  test.each(['lambda:InvokeFunction', 'securityhub:BatchImportFindings', 'eks:DescribeCluster', 'secretsmanager:GetSecretValue', 'sts:AssumeRole', 'ecr:BatchDeleteImage'])(
    'may not %s', (action) => {
      expect(statementsAllowing(newBuild().role, action)).toEqual([]);
    });
});

describe('the layer cache', () => {
  test('is encrypted, scanned, and forgotten when it was not used for two weeks', () => {
    const { cacheRepository } = newBuild();
    expect(propertiesOf(cacheRepository)).toMatchObject({
      EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [logicalId(workspace.encryptionKey), 'Arn'] } },
      ImageScanningConfiguration: { ScanOnPush: true },
    });
    expect(JSON.parse(propertiesOf(cacheRepository).LifecyclePolicy.LifecyclePolicyText).rules[0].selection).toMatchObject({
      countType: 'sinceImagePushed', countNumber: 14, countUnit: 'days',
    });
  });

  test('goes with its stack', () => {
    const { cacheRepository } = newBuild();
    expect(Template.fromStack(stack).toJSON().Resources[logicalId(cacheRepository)].DeletionPolicy).toBe('Delete');
  });

  test('is read by no other job', () => {
    const { cacheRepository } = newBuild();
    const cache = `<${logicalId(cacheRepository)}.Arn>`;
    const others = ['image with Grype', 'code with Semgrep', 'push', 'deploy'].map((name) => JOBS[name](workspace, stack).role);
    expect(others.flatMap(statementsOf).filter(({ resources }) => resources.includes(cache))).toEqual([]);
  });
});

describe('the job of the build', () => {
  test('has an hour on a medium machine by default', () => {
    expect(propertiesOf(newBuild().project)).toMatchObject({ TimeoutInMinutes: 60, Environment: { ComputeType: 'BUILD_GENERAL1_MEDIUM' } });
  });

  test('has the given time and machine', () => {
    expect(propertiesOf(newBuild({ timeout: Duration.hours(3), computeType: codebuild.ComputeType.X2_LARGE }).project)).toMatchObject({
      TimeoutInMinutes: 180, Environment: { ComputeType: 'BUILD_GENERAL1_2XLARGE' },
    });
  });

  test('shows no test reports by default', () => {
    expect(buildspecOf(newBuild().project)).not.toHaveProperty('reports');
  });

  test('shows the given test reports', () => {
    const { project } = newBuild({ testReports: ['reports/*.xml'] });
    expect(environmentOf(project).TEST_REPORTS.value).toBe('["reports/*.xml"]');
    expect(buildspecOf(project)).toHaveProperty('reports');
  });

  test('exports nothing: no variable of it could be believed', () => {
    expect(buildspecOf(newBuild().project).env).toEqual({ shell: 'bash' });
  });

  test('knows run, commit and execution', () => {
    const { source, checkout } = checkedOut(workspace);
    const build = new ImageBuild(stack, 'Build', { workspace, run: checkout.run });
    pipelineWith(workspace, source, checkout.action, build.action);
    expect(actionVariables(actionOf(stack, 'Image'))).toEqual({
      RUN_ID: '#{Checkout.RUN_ID}',
      COMMIT_ID: '#{Checkout.COMMIT_ID}',
      COMMIT_SHA256: '#{Checkout.COMMIT_SHA256}',
      EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
    });
  });

  test('leaves no policy rule unacknowledged', () => {
    newBuild();
    expect(nagViolations(stack)).toEqual([]);
  });
});
