import { App, Duration, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SecretsGate, SecretsGateProps, SecretsScan } from '../../src/gates/secrets-scan';
import { GatePolicy } from '../../src/policy/gate-policy';
import { Severity } from '../../src/policy/severity';
import { PipelineSource } from '../../src/source/pipeline-source';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import {
  actionOf, actionVariables, buildspecOf, definitionOf, environmentOf, logicalId, newStack, newWorkspace, pipelineWith, propertiesOf,
  statementsAllowing, toolsOf,
} from '../jobs/support';

const CONNECTION = 'arn:aws:codeconnections:eu-central-1:111122223333:connection/0aaf6b66-1111-2222-3333-444455556666';

let stack: Stack;
let workspace: PipelineWorkspace;

beforeEach(() => {
  stack = newStack();
  workspace = newWorkspace(stack);
});

function codeCommit(): PipelineSource {
  return PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Source', 'shop'));
}

function s3Source(): PipelineSource {
  return PipelineSource.s3(s3.Bucket.fromBucketName(stack, 'SourceBucket', 'sources'), { objectKey: 'shop.zip' });
}

function newGate(props: Partial<SecretsGateProps> = {}, source: PipelineSource = codeCommit()): SecretsGate {
  return new SecretsGate(stack, 'Secrets', { workspace, source: source.bind(stack), ...props });
}

describe('cloning', () => {
  test('from CodeCommit is a right on this repository, to pull only', () => {
    expect(statementsAllowing(newGate().role, 'codecommit:GitPull')).toEqual([{
      sid: 'CloneSource', effect: 'Allow', actions: ['codecommit:GitPull'], resources: ['arn:<AWS::Partition>:codecommit:eu-central-1:111122223333:shop'],
    }]);
  });

  test.each(['codeconnections', 'codestar-connections'])('through a connection is a right of %s on this repository, to read only', (service) => {
    const { role } = newGate({}, PipelineSource.connection('acme/shop', { connectionArn: CONNECTION }));
    expect(statementsAllowing(role, `${service}:UseConnection`)).toEqual([{
      effect: 'Allow',
      actions: [`${service}:UseConnection`],
      resources: [CONNECTION],
      conditions: {
        StringEquals: { [`${service}:FullRepositoryId`]: 'acme/shop' },
        StringEqualsIfExists: { [`${service}:ProviderPermissionsRequired`]: 'read_only' },
      },
    }]);
  });

  test('is no right at all for an S3 source, which the pipeline hands over as an artifact', () => {
    const { role } = newGate({ scan: SecretsScan.treeOnly() }, s3Source());
    expect(['codecommit:GitPull', 'codeconnections:UseConnection'].flatMap((action) => statementsAllowing(role, action))).toEqual([]);
  });

  test('stays a right on this repository when the action is added to a pipeline: CDK would widen it', () => {
    const source = PipelineSource.connection('acme/shop', { connectionArn: CONNECTION }).bind(stack);
    const gate = new SecretsGate(stack, 'Secrets', { workspace, source });
    pipelineWith(workspace, source.action, gate.action);
    expect(statementsAllowing(gate.role, 'codestar-connections:UseConnection').map(({ conditions }) => conditions)).toEqual([
      expect.objectContaining({ StringEquals: { 'codestar-connections:FullRepositoryId': 'acme/shop' } }),
    ]);
  });
});

describe('the scan', () => {
  test('reads the whole history by default', () => {
    expect(environmentOf(newGate().project).SCAN_INPUT.value).toBe('history');
  });

  test('reads the files of the commit if asked to', () => {
    expect(environmentOf(newGate({ scan: SecretsScan.treeOnly() }).project).SCAN_INPUT.value).toBe('tree');
  });

  test('of an S3 source must be of its files only, in so many words', () => {
    expect(() => newGate({}, s3Source())).toThrow('\'secretsScan\' must be SecretsScan.treeOnly() for a source without history, got '
      + '\'SecretsScan.fullHistory()\'; give \'secretsScan: SecretsScan.treeOnly()\', or take the source from a repository');
  });

  test('of an S3 source is possible', () => {
    expect(environmentOf(newGate({ scan: SecretsScan.treeOnly() }, s3Source()).project).SCAN_INPUT.value).toBe('tree');
  });

  test('is by git-secrets by default', () => {
    expect(toolsOf(newGate().project)).toEqual(['git-secrets']);
  });

  test('may take 30 minutes by default', () => {
    expect(environmentOf(newGate().project).SCANNER_TIMEOUT_SECONDS.value).toBe('1800');
  });

  test('may take the given time', () => {
    const { project } = newGate({ timeout: Duration.hours(2) });
    expect(environmentOf(project).SCANNER_TIMEOUT_SECONDS.value).toBe('7200');
    expect(propertiesOf(project).TimeoutInMinutes).toBe(145);
  });

  test('blocks on any secret by default', () => {
    newGate();
    expect(definitionOf(stack.node.root as App, workspace, 'secrets').policy).toMatchObject({ failOn: 'INFORMATIONAL', auditOnly: false });
  });

  test('blocks as the given policy says', () => {
    newGate({ policy: GatePolicy.failOn(Severity.CRITICAL) });
    expect(definitionOf(stack.node.root as App, workspace, 'secrets').policy).toMatchObject({ failOn: 'CRITICAL' });
  });
});

describe('the commit', () => {
  test('is the one artifact that the job may write', () => {
    const { role } = newGate();
    const bucket = `<${logicalId(workspace.artifactBucket)}.Arn>`;
    expect(statementsAllowing(role, 's3:PutObject').flatMap(({ resources }) => resources).filter((resource) => resource.startsWith(bucket)))
      .toEqual([`${bucket}/*/Commit/*`]);
  });

  test('is what the job leaves below its own directory', () => {
    expect(buildspecOf(newGate().project).artifacts).toEqual({ 'base-directory': '$DEVSECOPS_HOME/out', 'files': ['**/*'] });
  });

  test('is the output of the action', () => {
    const gate = newGate();
    expect(gate.action.actionProperties.outputs).toEqual([gate.run.commitArtifact]);
  });
});

describe('the run', () => {
  test('is what the job exports', () => {
    expect(buildspecOf(newGate().project).env['exported-variables']).toEqual(['RUN_ID', 'COMMIT_ID', 'COMMIT_SHA256', 'COMMIT_AUTHOR_SHA256', 'SUMMARY']);
  });

  test('is known to later jobs as variables of Checkout', () => {
    expect(newGate().run).toMatchObject({
      runId: '#{Checkout.RUN_ID}',
      commitId: '#{Checkout.COMMIT_ID}',
      commitSha256: '#{Checkout.COMMIT_SHA256}',
      commitAuthorSha256: '#{Checkout.COMMIT_AUTHOR_SHA256}',
      repositoryName: 'shop',
      branchName: 'main',
    });
  });

  test('is known by another namespace if given one', () => {
    const gate = newGate({ variablesNamespace: 'First' });
    expect([gate.run.runId, gate.action.actionProperties.variablesNamespace]).toEqual(['#{First.RUN_ID}', 'First']);
  });

  test('is not told to the job, which makes it: it knows only the execution', () => {
    const source = codeCommit().bind(stack);
    const gate = new SecretsGate(stack, 'Secrets', { workspace, source });
    pipelineWith(workspace, source.action, gate.action);
    expect(actionVariables(actionOf(stack, 'SecretsScan'))).toEqual({ EXECUTION_ID: '#{codepipeline.PipelineExecutionId}' });
  });

  test('names repository and branch', () => {
    expect(environmentOf(newGate().project)).toMatchObject({ SOURCE_REPOSITORY: { value: 'shop' }, SOURCE_BRANCH: { value: 'main' } });
  });
});
