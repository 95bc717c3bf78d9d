import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SecretsGate, SecretsScan } from '../../src/gates/secrets-scan';
import { PipelineSource, SourceHistory } from '../../src/source/pipeline-source';
import { PipelineTrigger } from '../../src/source/pipeline-trigger';
import { actionOf, logicalId, newStack, newWorkspace, pipelineWith, statementsAllowing } from '../jobs/support';

const CONNECTION = 'arn:aws:codeconnections:eu-central-1:111122223333:connection/0aaf6b66-1111-2222-3333-444455556666';

let stack: Stack;

beforeEach(() => {
  stack = newStack();
});

function codeCommit(branch?: string): PipelineSource {
  return PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Source', 'shop'), { branch });
}

function connection(repository = 'acme/shop', connectionArn = CONNECTION, branch?: string): PipelineSource {
  return PipelineSource.connection(repository, { connectionArn, branch });
}

function s3Source(objectKey = 'shop/source.zip'): PipelineSource {
  return PipelineSource.s3(s3.Bucket.fromBucketName(stack, 'Bucket', 'sources'), { objectKey });
}

/** The source action as CodePipeline gets it, and the role of the pipeline. */
function inPipeline(source: PipelineSource, scan?: SecretsScan) {
  const workspace = newWorkspace(stack);
  const bound = source.bind(stack);
  const checkout = new SecretsGate(stack, 'Secrets', { workspace, source: bound, scan });
  const pipeline = pipelineWith(workspace, bound.action, checkout.action);
  if (bound.triggerPattern) {
    new PipelineTrigger(stack, 'Trigger', { pipeline, pattern: bound.triggerPattern });
  }
  return { role: pipeline.role, pipeline, configuration: actionOf(stack, 'Source').Configuration };
}

describe('CodeCommit', () => {
  test('starts the pipeline on a push to this branch of this repository', () => {
    inPipeline(codeCommit('release'));
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.codecommit'],
        'detail-type': ['CodeCommit Repository State Change'],
        'resources': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codecommit:eu-central-1:111122223333:shop']] }],
        'detail': { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['branch'], referenceName: ['release'] },
      },
    });
  });

  test('has one rule, and does not poll', () => {
    const { configuration } = inPipeline(codeCommit());
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 1);
    expect(configuration.PollForSourceChanges).toBe(false);
  });

  test('lets the rule start this pipeline and nothing else', () => {
    const { pipeline } = inPipeline(codeCommit());
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^TriggerRole'),
      PolicyDocument: {
        Statement: [{
          Effect: 'Allow',
          Action: 'codepipeline:StartPipelineExecution',
          Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codepipeline:eu-central-1:111122223333:', { Ref: logicalId(pipeline) }]] },
        }],
      },
    });
  });

  test('builds main by default', () => {
    expect(inPipeline(codeCommit()).configuration.BranchName).toBe('main');
  });

  test('hands over a reference to clone, so that the scan has the history', () => {
    expect(inPipeline(codeCommit()).configuration.OutputArtifactFormat).toBe('CODEBUILD_CLONE_REF');
  });

  test('has a history', () => {
    expect(codeCommit().bind(stack)).toMatchObject({ history: SourceHistory.FULL, repositoryName: 'shop', branchName: 'main' });
  });

  test('can be in another stack: nothing is added to it', () => {
    const other = new Stack(stack.node.root as any, 'Repositories', { env: { account: '111122223333', region: 'eu-central-1' } });
    const repository = new codecommit.Repository(other, 'Repository', { repositoryName: 'shop' });
    inPipeline(PipelineSource.codeCommit(repository));
    expect(Object.values(Template.fromStack(other).toJSON().Resources).map((resource: any) => resource.Type)).toEqual(['AWS::CodeCommit::Repository']);
  });
});

describe('a new CodeCommit repository', () => {
  test('is made in the pipeline\'s stack, and kept when that is deleted', () => {
    inPipeline(PipelineSource.newCodeCommit('shop'));
    Template.fromStack(stack).hasResource('AWS::CodeCommit::Repository', {
      Properties: { RepositoryName: 'shop' }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
    });
  });

  test('builds the given branch', () => {
    expect(inPipeline(PipelineSource.newCodeCommit('shop', { branch: 'trunk' })).configuration.BranchName).toBe('trunk');
  });

  test.each(['', 'my shop', 'acme/shop', 'x'.repeat(101)])('cannot be named \'%s\'', (name) => {
    expect(() => PipelineSource.newCodeCommit(name)).toThrow(
      `'repositoryName' must be 1 to 100 letters, digits, '.', '_' or '-' (CodeCommit quotas), got '${name}'; choose a name like 'shop'`);
  });
});

describe('a connection', () => {
  test('starts the pipeline on a push, through the connection, and brings no rule', () => {
    const { configuration } = inPipeline(connection());
    expect(configuration).toMatchObject({ ConnectionArn: CONNECTION, FullRepositoryId: 'acme/shop', BranchName: 'main', DetectChanges: true });
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
  });

  test('hands over a reference to clone, so that the scan has the history', () => {
    expect(inPipeline(connection()).configuration.OutputArtifactFormat).toBe('CODEBUILD_CLONE_REF');
  });

  test('takes nested groups of GitLab', () => {
    expect(inPipeline(connection('acme/web/shop')).configuration.FullRepositoryId).toBe('acme/web/shop');
  });

  test('builds the given branch', () => {
    expect(inPipeline(connection('acme/shop', CONNECTION, 'release/1.x')).configuration.BranchName).toBe('release/1.x');
  });

  test.each(['codeconnections', 'codestar-connections'])('may be used by the pipeline under the service\'s name %s, for this connection only', (service) => {
    const { role } = inPipeline(connection());
    expect(statementsAllowing(role, `${service}:UseConnection`).flatMap(({ resources }) => resources)).toEqual([CONNECTION]);
  });

  test.each(['codeconnections', 'codestar-connections'])('may be one of %s', (service) => {
    const arn = CONNECTION.replace('codeconnections', service);
    expect(inPipeline(connection('acme/shop', arn)).configuration.ConnectionArn).toBe(arn);
  });

  test.each(['shop', '', 'acme/', '/shop', 'https://github.com/acme/shop', 'acme/*'])('is to no repository named \'%s\'', (repository) => {
    expect(() => connection(repository)).toThrow(
      `'repository' must be the full name of a repository, got '${repository}'; write it like 'owner/repository'`);
  });

  test.each(['', 'shop', 'arn:aws:codecommit:eu-central-1:111122223333:shop', `${CONNECTION}/*`])('is not \'%s\'', (arn) => {
    expect(() => connection('acme/shop', arn)).toThrow(
      `'connectionArn' must be the ARN of a connection, got '${arn}'; copy it from the console under Developer Tools, Connections`);
  });

  test('does not exist in the partition aws-cn', () => {
    stack = newStack('cn-north-1');
    expect(() => connection().bind(stack)).toThrow('\'source\' must not use CodeConnections in the partition aws-cn, which lacks it, got '
      + '\'cn-north-1\'; use PipelineSource.codeCommit() or PipelineSource.s3()');
  });

  test('exists in the partition aws-us-gov', () => {
    expect(connection().bind(newStack('us-gov-west-1')).repositoryName).toBe('acme/shop');
  });
});

describe('S3', () => {
  const treeOnly = SecretsScan.treeOnly();

  test('starts the pipeline on a new version of this object', () => {
    inPipeline(s3Source(), treeOnly);
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.s3'],
        'detail-type': ['Object Created'],
        'detail': { bucket: { name: ['sources'] }, object: { key: ['shop/source.zip'] } },
      },
    });
  });

  test('does not poll', () => {
    expect(inPipeline(s3Source(), treeOnly).configuration).toMatchObject({ S3Bucket: 'sources', S3ObjectKey: 'shop/source.zip', PollForSourceChanges: false });
  });

  test('has no history, and says so', () => {
    expect(s3Source().bind(stack)).toMatchObject({ history: SourceHistory.NONE, repositoryName: 'sources', branchName: 'shop/source.zip', cloneStatements: [] });
  });

  test('warns of what synth cannot know, by an id that can be acknowledged', () => {
    s3Source().bind(stack);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(
      'the S3 source starts the pipeline through EventBridge: the bucket must be versioned and have \'eventBridgeEnabled\'.*cdk-devsecops-eks:PipelineSource.s3Events'));
  });

  test.each(['', 'shop.tar.gz', 'shop/'])('cannot be \'%s\'', (objectKey) => {
    expect(() => s3Source(objectKey)).toThrow(
      `'objectKey' must name a zip file, got '${objectKey}'; upload the source as one file, like 'shop/source.zip'`);
  });
});

describe('a branch', () => {
  const REMEDY = 'write it without refs/heads/, like \'main\'';

  test.each(['', ' ', 'my branch', '-main', 'main*', 'ma?n', 'main^', 'a:b', 'a[b', 'a\\b', 'refs/heads/main'])('cannot be \'%s\'', (branch) => {
    const message = `'branch' must be the name of one branch, got '${branch}'; ${REMEDY}`;
    expect(() => codeCommit(branch)).toThrow(message);
    stack = newStack();
    expect(() => PipelineSource.newCodeCommit('shop', { branch })).toThrow(message);
    expect(() => connection('acme/shop', CONNECTION, branch)).toThrow(message);
  });

  test.each(['main', 'release/1.2', 'feature_x-1'])('can be \'%s\'', (branch) => {
    expect(codeCommit(branch).bind(stack).branchName).toBe(branch);
  });
});
