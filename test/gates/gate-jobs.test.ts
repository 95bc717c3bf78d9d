import { Stack } from 'aws-cdk-lib';
import { list } from 'tar';
import { GATE_JOBS, Job, JOBS } from './every-job';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import { SCRIPTS } from '../jobs/run-buildspec';
import {
  actionOf, actionVariables, buildspecOf, checkedOut, environmentOf, logicalId, newStack, newWorkspace, pipelineWith, propertiesOf,
  statementsAllowing, statementsOf,
} from '../jobs/support';
import { nagViolations } from '../monitoring/support';

const GATES: { [name: string]: { gateId: string; scanner: string; format: string; inputs: string[]; minutes: number } } = {
  'secrets with git-secrets': { gateId: 'secrets', scanner: 'git-secrets', format: 'git-secrets', inputs: ['Source'], minutes: 30 },
  'secrets with gitleaks': { gateId: 'secrets', scanner: 'gitleaks', format: 'gitleaks', inputs: ['Source'], minutes: 30 },
  'image with Grype': { gateId: 'image', scanner: 'grype', format: 'grype', inputs: ['Image'], minutes: 30 },
  'image with Anchore Enterprise': { gateId: 'image', scanner: 'anchorectl', format: 'anchorectl', inputs: ['Image'], minutes: 30 },
  'image with Snyk': { gateId: 'image', scanner: 'snyk', format: 'snyk', inputs: ['Image'], minutes: 30 },
  'image with a scanner of one\'s own': { gateId: 'image', scanner: 'mine', format: 'sarif', inputs: ['Image'], minutes: 30 },
  'code with Semgrep': { gateId: 'code', scanner: 'semgrep', format: 'semgrep', inputs: ['Commit'], minutes: 30 },
  'code with Snyk Code': { gateId: 'code', scanner: 'snyk-code', format: 'snyk-code', inputs: ['Commit'], minutes: 30 },
  'dynamic with ZAP': { gateId: 'dynamic', scanner: 'zap', format: 'zap', inputs: ['Commit'], minutes: 60 },
  'a gate of one\'s own': { gateId: 'licences', scanner: 'licences', format: 'sarif', inputs: ['Commit'], minutes: 30 },
};

test('every gate is tested here', () => {
  expect(Object.keys(GATES)).toEqual(Object.keys(GATE_JOBS));
});

describe.each(Object.entries(GATES))('the gate of %s', (name, { gateId, scanner, format, inputs, minutes }) => {
  let stack: Stack;
  let workspace: PipelineWorkspace;
  let job: Job;

  beforeAll(() => {
    stack = newStack();
    workspace = newWorkspace(stack);
    job = GATE_JOBS[name](workspace, stack);
  });

  test('has no privileges and no Docker', () => {
    expect(propertiesOf(job.project).Environment.PrivilegedMode).toBe(false);
  });

  test('has the time for the scan, 15 minutes for the verdict and 10 for all else', () => {
    expect(propertiesOf(job.project).TimeoutInMinutes).toBe(minutes + 25);
  });

  test('knows how long scanner and verdict may take', () => {
    expect(environmentOf(job.project)).toMatchObject({
      SCANNER_TIMEOUT_SECONDS: { type: 'PLAINTEXT', value: String(60 * minutes) }, VERDICT_TIMEOUT_SECONDS: { type: 'PLAINTEXT', value: '900' },
    });
  });

  test('knows its id, its scanner and the form of the report', () => {
    expect(environmentOf(job.project)).toMatchObject({
      GATE_ID: { value: gateId }, SCANNER_NAME: { value: scanner }, REPORT_FORMAT: { value: format },
    });
  });

  test('knows where its report goes and whom to ask', () => {
    const alias = propertiesOf(job.project).Environment.EnvironmentVariables.find(({ Name }: any) => Name === 'NORMALIZER_ALIAS').Value.Ref;
    expect(environmentOf(job.project).FINDINGS_BUCKET.value).toBe(`<${logicalId(workspace.normalizer.bucket)}>`);
    expect(statementsAllowing(job.role, 'lambda:InvokeFunction').flatMap(({ resources }) => resources)).toEqual([`<${alias}>`]);
  });

  test('shows its findings in CodeBuild\'s report view, as JUnit', () => {
    const reports: [string, unknown][] = Object.entries(buildspecOf(job.project).reports);
    expect(reports).toEqual([[expect.stringMatching(/^<\w+Reports\w+\.Arn>$/), {
      'files': ['**/*.xml'], 'base-directory': '$DEVSECOPS_HOME/reports', 'file-format': 'JUNITXML',
    }]]);
    expect(statementsAllowing(job.role, 'codebuild:CreateReport').flatMap(({ resources }) => resources)).toEqual([reports[0][0]]);
  });

  test('cannot make report groups', () => {
    expect(statementsAllowing(job.role, 'codebuild:CreateReportGroup')).toEqual([]);
  });

  test('decides everything in build: CodeBuild runs post_build even after a failure', () => {
    expect(Object.keys(buildspecOf(job.project).phases)).toEqual(['install', 'build']);
  });

  test('may put reports under its own prefix, and write nothing else in the findings bucket', () => {
    const bucket = `<${logicalId(workspace.normalizer.bucket)}.Arn>`;
    expect(statementsAllowing(job.role, 's3:PutObject').flatMap(({ resources }) => resources).filter((resource) => resource.startsWith(bucket)))
      .toEqual([`${bucket}/raw/${gateId}/*/*`]);
  });

  test('reads its own input, and no other artifact', () => {
    expect(statementsAllowing(job.role, 's3:GetObjectVersion').flatMap(({ resources }) => resources)).toEqual(
      inputs.map((artifact) => `<${logicalId(workspace.artifactBucket)}.Arn>/*/${artifact}/*`));
  });

  test.each([
    'securityhub:BatchImportFindings', 'securityhub:BatchUpdateFindings', 'ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:GetAuthorizationToken',
    's3:DeleteObject', 's3:DeleteObjectVersion', 'lambda:UpdateFunctionCode', 'lambda:UpdateAlias', 'codepipeline:PutApprovalResult',
    'codepipeline:PutJobSuccessResult', 'iam:PassRole', 'sts:AssumeRole', 'kms:PutKeyPolicy', 'logs:CreateLogGroup', 'codebuild:StartBuild',
  ])('may not %s', (action) => {
    expect(statementsAllowing(job.role, action)).toEqual([]);
  });

  test('may not see the cluster, unless it must check what runs there', () => {
    expect(statementsAllowing(job.role, 'eks:DescribeCluster').length > 0).toBe(gateId === 'dynamic');
  });

  test('has no statement on everything', () => {
    expect(statementsOf(job.role).filter(({ resources }) => resources.includes('*'))).toEqual([]);
  });

  test('runs a scanner\'s script that is shipped with the library or the app', () => {
    const shipped: string[] = [];
    list({ file: SCRIPTS, sync: true, onReadEntry: (entry) => shipped.push(entry.path) });
    const { SCANNER_SCRIPT, SCANNER_SCRIPT_ASSET } = environmentOf(job.project);
    const isShipped = SCANNER_SCRIPT !== undefined && shipped.includes(SCANNER_SCRIPT.value);
    const isAsset = SCANNER_SCRIPT_ASSET !== undefined && /^s3:\/\/cdk-hnb659fds-assets-111122223333-eu-central-1\/[0-9a-f]{64}\.sh$/.test(SCANNER_SCRIPT_ASSET.value);
    expect([isShipped, isAsset].filter(Boolean)).toEqual([true]);
  });

  test('leaves no policy rule unacknowledged', () => {
    expect(nagViolations(stack)).toEqual([]);
  });
});

test.each(['image with Grype', 'code with Semgrep', 'dynamic with ZAP', 'a gate of one\'s own'])(
  'the action of %s tells its job of run, commit and execution', (name) => {
    const stack = newStack();
    const workspace = newWorkspace(stack);
    const { source, checkout } = checkedOut(workspace);
    const { action } = GATE_JOBS[name](workspace, stack);
    const actions = [source, checkout.action];
    if (name.startsWith('image')) {
      actions.push(JOBS.build(workspace, stack).action);
    }
    pipelineWith(workspace, ...actions, action);
    expect(actionVariables(actionOf(stack, action.actionProperties.actionName))).toEqual({
      RUN_ID: '#{Checkout.RUN_ID}',
      COMMIT_ID: '#{Checkout.COMMIT_ID}',
      COMMIT_SHA256: '#{Checkout.COMMIT_SHA256}',
      EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
    });
  });
