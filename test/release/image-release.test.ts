import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { RequiredGates } from '../../src/gates/required-gates';
import { ImageRelease, ImageReleaseProps } from '../../src/release/image-release';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { JOBS } from '../gates/every-job';
import { buildspecOf, environmentOf, logicalId, newRun, newStack, newWorkspace, propertiesOf, statementsAllowing, statementsOf, toolsOf, registerGates } from '../jobs/support';
import { nagViolations } from '../monitoring/support';

let stack: Stack;
let workspace: PipelineWorkspace;

beforeEach(() => {
  stack = newStack();
  workspace = newWorkspace(stack);
  registerGates(workspace, 'secrets', 'image', 'licences');
});

function newRelease(props: Partial<ImageReleaseProps> = {}): ImageRelease {
  return new ImageRelease(stack, 'Release', {
    workspace, run: newRun(), imageArtifact: new codepipeline.Artifact('Image'), requiredGates: RequiredGates.of('secrets', 'image'), ...props,
  });
}

describe('a new repository', () => {
  test('has tags that nobody can move', () => {
    expect(propertiesOf(newRelease().repository).ImageTagMutability).toBe('IMMUTABLE');
  });

  test('is scanned on push', () => {
    expect(propertiesOf(newRelease().repository).ImageScanningConfiguration).toEqual({ ScanOnPush: true });
  });

  test('is encrypted with the workspace\'s key', () => {
    expect(propertiesOf(newRelease().repository).EncryptionConfiguration).toEqual({
      EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [logicalId(workspace.encryptionKey), 'Arn'] },
    });
  });

  test('is kept when the stack is deleted', () => {
    const { repository } = newRelease();
    expect(Template.fromStack(stack).toJSON().Resources[logicalId(repository)]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is open to this account only by default', () => {
    expect(propertiesOf(newRelease().repository)).not.toHaveProperty('RepositoryPolicyText');
  });

  test('lets the given accounts pull, and nothing else', () => {
    const { repository } = newRelease({ pullAccounts: ['999988887777', '444455556666', '999988887777'] });
    expect(propertiesOf(repository).RepositoryPolicyText.Statement).toEqual(['999988887777', '444455556666'].map((account) => ({
      Sid: `PullFrom${account}`,
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] } },
    })));
  });
});

describe('a given repository', () => {
  test('is used, and no other is made', () => {
    const repository = ecr.Repository.fromRepositoryName(stack, 'Shop', 'shop');
    expect(newRelease({ repository }).repository).toBe(repository);
    Template.fromStack(stack).resourceCountIs('AWS::ECR::Repository', 0);
  });

  test('is not touched', () => {
    const repository = new ecr.Repository(stack, 'Shop');
    newRelease({ repository });
    expect(propertiesOf(repository) ?? {}).toEqual({});
  });

  test('that the app does not manage gives a warning if other accounts must pull', () => {
    newRelease({ repository: ecr.Repository.fromRepositoryName(stack, 'Shop', 'shop'), pullAccounts: ['999988887777'] });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('the policy of the given \'repository\' is not managed by this app: '
      + 'it must let the account 999988887777 pull.*cdk-devsecops-eks:ImageRelease.importedRepository'));
  });

  test('that the app does not manage gives no warning otherwise', () => {
    newRelease({ repository: ecr.Repository.fromRepositoryName(stack, 'Shop', 'shop') });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('the push', () => {
  test('goes to this repository only', () => {
    const { role, repository } = newRelease();
    expect(statementsAllowing(role, 'ecr:PutImage')).toEqual([expect.objectContaining({
      actions: [
        'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
      ],
      resources: [`<${logicalId(repository)}.Arn>`],
    })]);
  });

  test('has a right on everything only to log in to the registry', () => {
    expect(statementsOf(newRelease().role).filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)).toEqual(['ecr:GetAuthorizationToken']);
  });

  test.each(['ecr:BatchDeleteImage', 'ecr:PutImageTagMutability', 'ecr:SetRepositoryPolicy', 's3:PutObject', 'lambda:InvokeFunction', 'eks:DescribeCluster'])(
    'may not %s', (action) => {
      expect(statementsAllowing(newRelease().role, action)).toEqual([]);
    });

  test('is the right of no other job', () => {
    const pushers = Object.keys(JOBS).filter((name) => name !== 'push').filter((name) => {
      stack = newStack();
      workspace = newWorkspace(stack);
      return statementsAllowing(JOBS[name](workspace, stack).role, 'ecr:PutImage').some(({ resources }) => resources.some((each) => !each.includes('LayerCache')));
    });
    expect(pushers).toEqual([]);
  });

  test('reads the image archive, and no other artifact', () => {
    expect(statementsAllowing(newRelease().role, 's3:GetObjectVersion').flatMap(({ resources }) => resources)).toEqual(
      [`<${logicalId(workspace.artifactBucket)}.Arn>/*/Image/*`]);
  });

  test('may read every gate\'s verdicts, and write nothing', () => {
    expect(statementsAllowing(newRelease().role, 's3:GetObject').flatMap(({ resources }) => resources)).toContain(
      `<${logicalId(workspace.normalizer.bucket)}.Arn>/verdicts/*`);
  });

  test('knows which gates it demands', () => {
    expect(environmentOf(newRelease().project).REQUIRED_GATES.value).toBe('secrets image');
  });

  test('demands gates too that are added later', () => {
    const requiredGates = RequiredGates.of('image');
    const { project } = newRelease({ requiredGates });
    requiredGates.add('licences');
    expect(environmentOf(project).REQUIRED_GATES.value).toBe('image licences');
  });

  test('needs no Docker: crane pushes the archive', () => {
    const { project } = newRelease();
    expect(toolsOf(project)).toEqual(['crane']);
    expect(propertiesOf(project).Environment.PrivilegedMode).toBe(false);
  });

  test('ends after 30 minutes', () => {
    expect(propertiesOf(newRelease().project).TimeoutInMinutes).toBe(30);
  });

  test('exports digest, address and tag, for display', () => {
    const { project, imageDigest } = newRelease();
    expect(buildspecOf(project).env['exported-variables']).toEqual(['IMAGE_DIGEST', 'IMAGE_URI', 'IMAGE_TAG']);
    expect(imageDigest).toBe('#{Release.IMAGE_DIGEST}');
  });

  test('comes first in its stage', () => {
    expect(newRelease().action.actionProperties).toMatchObject({ actionName: 'Push', runOrder: 1, variablesNamespace: 'Release' });
  });
});

test('leaves no policy rule unacknowledged', () => {
  newRelease();
  expect(nagViolations(stack)).toEqual([]);
});
