import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { deploy, stackOf, target, templateOf } from './support';
import { RequiredGates } from '../../src';
import { actionVariables, actionOf, pipelineWith, checkedOut, statementsAllowing } from '../jobs/support';
import { environmentOf, idOf } from '../support/template-facts';

test('the job knows cluster, Region, namespace, repository and where verdicts are', () => {
  const stack = stackOf();
  const { deployment, workspace } = deploy(stack, target());
  const template = templateOf(stack);

  expect(environmentOf(template, idOf(deployment.project))).toMatchObject({
    ENVIRONMENT_NAME: 'staging',
    CLUSTER_NAME: 'shop-cluster',
    CLUSTER_REGION: 'eu-central-1',
    NAMESPACE: 'shop',
    REPOSITORY_URI: expect.stringContaining('/shop'),
    FINDINGS_BUCKET: `<${idOf(workspace.normalizer.bucket)}>`,
    SOURCE_REPOSITORY: 'shop',
    SOURCE_BRANCH: 'main',
  });
});

test('the job holds the gates that it demands, also those that are added later', () => {
  const stack = stackOf();
  const requiredGates = RequiredGates.of('image', 'code');
  const { deployment } = deploy(stack, target(), { requiredGates });
  requiredGates.add('licences');

  expect(environmentOf(templateOf(stack), idOf(deployment.project)).REQUIRED_GATES).toBe('image code licences');
});

test('the job is told neither a digest nor an image: it reads them from the verdicts', () => {
  const stack = stackOf();
  const { deployment } = deploy(stack, target());

  expect(Object.keys(environmentOf(templateOf(stack), idOf(deployment.project))).filter((name) => /DIGEST|TAG|IMAGE_URI/.test(name))).toEqual([]);
  expect(statementsAllowing(deployment.role, 's3:GetObject').flatMap(({ resources }) => resources)).toContainEqual(expect.stringMatching(/\/verdicts\/\*$/));
});

test('manifests are kept per release of this target alone', () => {
  const stack = stackOf();
  const { deployment } = deploy(stack, target());

  expect(statementsAllowing(deployment.role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual([expect.stringMatching(/\/releases\/staging\/\*\.yaml$/)]);
});

test('the role can neither push, nor delete, nor write a verdict', () => {
  const stack = stackOf();
  const { deployment } = deploy(stack, target());

  for (const action of ['ecr:PutImage', 's3:DeleteObject', 'securityhub:BatchImportFindings', 'lambda:InvokeFunction', 'eks:CreateAccessEntry']) {
    expect(statementsAllowing(deployment.role, action)).toEqual([]);
  }
});

describe('the rollout', () => {
  test('is undone after ten minutes by default; the job has twice that, and fifteen more', () => {
    const stack = stackOf();
    const { deployment } = deploy(stack, target());
    const template = templateOf(stack);

    expect(environmentOf(template, idOf(deployment.project)).ROLLOUT_TIMEOUT_SECONDS).toBe('600');
    template.hasResourceProperties('AWS::CodeBuild::Project', { TimeoutInMinutes: 35 });
  });

  test('may take as long as is told', () => {
    const stack = stackOf();
    const { deployment } = deploy(stack, target({ rolloutTimeout: Duration.minutes(30) }));
    const template = templateOf(stack);

    expect(environmentOf(template, idOf(deployment.project)).ROLLOUT_TIMEOUT_SECONDS).toBe('1800');
    template.hasResourceProperties('AWS::CodeBuild::Project', { TimeoutInMinutes: 75 });
  });

  test('may be told in seconds that are no whole minutes', () => {
    const stack = stackOf();
    deploy(stack, target({ rolloutTimeout: Duration.seconds(100) }));

    expect(() => templateOf(stack)).not.toThrow();
  });
});

test('a URL is asked after the rollout', () => {
  const stack = stackOf();
  const { deployment } = deploy(stack, target({ url: 'https://staging.shop.example.com/health' }));

  expect(environmentOf(templateOf(stack), idOf(deployment.project)).SMOKE_URL).toBe('https://staging.shop.example.com/health');
});

test('without a URL there is no smoke check', () => {
  const stack = stackOf();
  const { deployment } = deploy(stack, target());

  expect(environmentOf(templateOf(stack), idOf(deployment.project))).not.toHaveProperty('SMOKE_URL');
});

test('the action belongs to the run, has a namespace of its environment, and the run order that is given', () => {
  const stack = stackOf();
  const { deployment, workspace } = deploy(stack, target(), { runOrder: 3 });
  const { source, checkout } = checkedOut(workspace);
  pipelineWith(workspace, source, checkout.action, deployment.action);
  const action = actionOf(stack, 'Deploy');

  expect(action).toMatchObject({ RunOrder: 3, Namespace: 'Deploy-staging', InputArtifacts: [{ Name: 'Commit' }] });
  expect(actionVariables(action)).toMatchObject({ RUN_ID: '#{Checkout.RUN_ID}', COMMIT_SHA256: '#{Checkout.COMMIT_SHA256}' });
});

test('an environment is called by a DNS label', () => {
  expect(() => deploy(stackOf(), target(), { environmentName: 'Staging EU' })).toThrow(/'environmentName' must be a DNS label .*, got 'Staging EU'; /);
});

test('the job is not privileged', () => {
  const stack = stackOf();
  deploy(stack, target());

  templateOf(stack).hasResourceProperties('AWS::CodeBuild::Project', { Environment: Match.objectLike({ PrivilegedMode: false }) });
});
