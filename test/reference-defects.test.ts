/**
 * What the published reference (aws-samples/devsecops-cicd-containers) gets wrong, one test per row of its list of defects.
 *
 * Rows that no template can hold, and who holds them:
 * - 1, 2, 4, 5, 6, 9: how reports are parsed and judged. The parsers and the verdict function, with the normalizer's inside.
 * - 3: stable ids of findings and their archiving. The normalizer's state, with its inside.
 * - 8: batches and pace of BatchImportFindings. The normalizer's import, with its inside.
 * - 14: what the deploy script does with manifests and rollout. The script's own tests; that it gets the digest from verdicts
 *   and not from a label is held by row 12.
 * - 24, its first half: which resource a finding is about. The mapping to ASFF, with the normalizer's inside.
 * - 23: logs without report bodies or secrets. The handlers' own tests; those of the approval are in approval/handlers.test.ts.
 */
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CodeScanner, ImageScanner, ToolPin } from '../src';
import { maximalExample, minimalExample, templateOf } from './support/example-pipeline';
import { RightsReader } from './support/job-rights';
import { actionsIn, environmentOf, idOf, list, resourcesOf, statementsOf, written } from './support/template-facts';
import { TOOL_MANIFEST } from '../src/tools/manifest';

const minimal = minimalExample();
const minimalTemplate = templateOf(minimal);
const maximal = maximalExample();
const maximalTemplate = templateOf(maximal);
const both: [string, Template][] = [['minimal', minimalTemplate], ['maximal', maximalTemplate]];
const reader = new RightsReader(minimalTemplate, minimal.delivery, 'no mirror');

function snykTemplate(): Template {
  return templateOf(minimalExample({
    overrides: (stack) => {
      const apiToken = secretsmanager.Secret.fromSecretNameV2(stack, 'Snyk', 'shop/snyk');
      return { imageScanner: ImageScanner.snyk({ apiToken }), codeScanner: CodeScanner.snykCode({ apiToken }) };
    },
  }));
}

function buildspecs(template: Template): string[] {
  return Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).map(({ Properties }) => written(Properties.Source.BuildSpec));
}

test('7 the report goes to S3, and the function gets a pointer: the job may put its own reports and invoke its own alias', () => {
  for (const gate of ['secrets', 'image', 'code', 'dynamic']) {
    const project = Object.keys(resourcesOf(minimalTemplate, 'AWS::CodeBuild::Project')).find((id) => environmentOf(minimalTemplate, id).GATE_ID === gate)!;
    const { writes, calls } = reader.of(project);

    expect([...writes].filter((token) => token.startsWith('findings'))).toEqual([`findings raw/${gate}/*/*`]);
    expect([...calls].filter((token) => token.startsWith('normalizer'))).toEqual([`normalizer as ${gate}`]);
  }
});

test('7 a request that fails is kept and alarmed, and not lost', () => {
  const aliases = Object.keys(resourcesOf(minimalTemplate, 'AWS::Lambda::Alias'));
  const destinations = Object.values(resourcesOf(minimalTemplate, 'AWS::Lambda::EventInvokeConfig'));

  expect(destinations).toHaveLength(aliases.length);
  destinations.forEach(({ Properties }) => expect(written(Properties.DestinationConfig.OnFailure.Destination)).toBe(`<${idOf(minimal.delivery.workspace.normalizer.deadLetterQueue)}.Arn>`));
  minimalTemplate.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'AWS/SQS', AlarmActions: [Match.anyValue()] });
});

test('10 there is a bucket for reports: created, encrypted, over TLS only, and every job that reports knows it', () => {
  const bucket = idOf(minimal.delivery.workspace.normalizer.bucket);
  const { Properties } = resourcesOf(minimalTemplate)[bucket];
  const policy = Object.values(resourcesOf(minimalTemplate, 'AWS::S3::BucketPolicy')).find(({ Properties: { Bucket } }) => Bucket.Ref === bucket)!;
  const gates = Object.keys(resourcesOf(minimalTemplate, 'AWS::CodeBuild::Project')).filter((id) => environmentOf(minimalTemplate, id).GATE_ID);

  expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm).toBe('aws:kms');
  expect(list<any>(policy.Properties.PolicyDocument.Statement)).toContainEqual(expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
  gates.forEach((id) => expect(environmentOf(minimalTemplate, id).FINDINGS_BUCKET).toBe(`<${bucket}>`));
});

test.each(both)('11 the push comes after the gates, alone may push, and demands their verdicts (%s)', (_, template) => {
  const order = actionsIn(template).map(({ stage }) => stage);
  const push = actionsIn(template).find(({ name }) => name === 'Push')!;

  expect(order.lastIndexOf('Scan')).toBeLessThan(order.indexOf('Release'));
  expect(environmentOf(template, push.runs!).REQUIRED_GATES).toContain('secrets image code');
  const pushers = Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).filter(([, { Properties }]) => list<any>(Properties.PolicyDocument.Statement)
    .some((statement) => list(statement.Action).includes('ecr:PutImage') && /ReleaseRepository/.test(JSON.stringify(statement.Resource))));
  expect(pushers.map(([id]) => id)).toEqual([expect.stringContaining('ReleaseJobRole')]);
});

test('11 with Snyk too, a clean image is pushed', () => {
  expect(actionsIn(snykTemplate()).map(({ name }) => name)).toContain('Push');
});

test.each(both)('12 nothing is called by a tag: tags are immutable, and latest stands nowhere (%s)', (_, template) => {
  template.hasResourceProperties('AWS::ECR::Repository', { ImageTagMutability: 'IMMUTABLE' });
  expect(JSON.stringify(template.toJSON().Resources)).not.toMatch(/:latest|\/latest\/|"latest"|IMAGE_TAG":/);
});

test('12 no job is told the digest by an artifact or a variable: deployments read it from verdicts', () => {
  for (const { variables } of actionsIn(minimalTemplate).filter(({ name }) => name === 'Deploy')) {
    expect(Object.values(variables).join()).not.toMatch(/DIGEST|IMAGE/);
  }
  for (const { project } of [minimal.delivery.stagingDeployment, minimal.delivery.productionDeployment]) {
    expect([...reader.of(idOf(project)).reads]).toContain('findings verdicts/*');
  }
});

test('13 no machine waits for ECR: a function with a deadline does, without limit to pages or states by the template', () => {
  const wait = actionsIn(minimalTemplate).find(({ name }) => name === 'RegistryScan')!;

  expect(wait.provider).toBe('Lambda');
  expect(environmentOf(minimalTemplate, wait.runs!)).toMatchObject({ DEADLINE_SECONDS: '3600', SCANNING: 'DETECT' });
  expect(environmentOf(maximalTemplate, actionsIn(maximalTemplate).find(({ name }) => name === 'RegistryScan')!.runs!)).toMatchObject({
    DEADLINE_SECONDS: '5400', SCANNING: 'ENHANCED',
  });
});

test.each(both)('15 one privileged project, one role each, and no right to a whole service (%s)', (_, template) => {
  const projects = Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).map(({ Properties }) => Properties);
  const roles = projects.map(({ ServiceRole }) => ServiceRole['Fn::GetAtt'][0]);
  const actions = roles.flatMap((role) => statementsOf(template, role)).flatMap((statement) => statement.actions);

  expect(projects.filter(({ Environment }) => Environment.PrivilegedMode)).toHaveLength(1);
  expect(new Set(roles).size).toBe(roles.length);
  expect(actions.filter((action) => action.includes('*') || action === 'iam:PassRole')).toEqual([]);
});

test('16 the token of Snyk comes from Secrets Manager, and only jobs of Snyk may read it', () => {
  const template = snykTemplate();
  const withToken = Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).flatMap(({ Properties }) => Properties.Environment.EnvironmentVariables)
    .filter(({ Name }: any) => Name === 'SNYK_TOKEN');
  const readers = Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).filter(([, { Properties }]) => JSON.stringify(Properties).includes('secretsmanager:GetSecretValue'));

  expect(withToken.map(({ Type }: any) => Type)).toEqual(['SECRETS_MANAGER', 'SECRETS_MANAGER']);
  expect(readers.map(([id]) => id.replace(/JobRole.*/, ''))).toEqual(['DeliveryImageScanGate', 'DeliveryCodeScanGate']);
});

test.each(both)('16 no parameter store, and no plain variable that sounds like a secret (%s)', (_, template) => {
  const plain = Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).flatMap(({ Properties }) => Properties.Environment.EnvironmentVariables)
    .filter(({ Type, Name }: any) => Type !== 'SECRETS_MANAGER' && /TOKEN|PASSWORD|SECRET_KEY|CREDENTIAL|AUTHENTICATION_VALUE/.test(Name));

  expect(plain).toEqual([]);
  expect(JSON.stringify(template.toJSON())).not.toMatch(/PARAMETER_STORE|AWS::SSM::Parameter"/);
});

test.each([['aws', 'eu-central-1'], ['aws-us-gov', 'us-gov-west-1'], ['aws-cn', 'cn-north-1']])('17 nothing is tied to a partition, branch or account: %s synthesizes', (partition, region) => {
  const text = JSON.stringify(templateOf(minimalExample({ env: { account: '111122223333', region } })).toJSON().Resources);

  expect([...text.matchAll(/arn:(aws[\w-]*):/g)].filter(([, named]) => named !== partition)).toEqual([]);
  expect(text).not.toMatch(/"master"/);
});

test.each(both)('18 every rule names this pipeline, one of its resources, or a call on the account (%s)', (_, template) => {
  const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule')).map(({ Properties }) => Properties.EventPattern);
  const filtered = (pattern: any) => pattern.resources !== undefined || ['pipeline', 'project-name', 'requestParameters', 'configRuleName'].some((field) => pattern.detail[field]);
  const calls = rules.filter((pattern) => !filtered(pattern)).flatMap((pattern) => pattern.detail.eventName);

  // Some calls are on the account itself.
  expect(calls.sort()).toEqual([
    'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DisableImportFindingsForProduct', 'DisableSecurityHub', 'PutAccountSetting',
    'PutRegistryScanningConfiguration', 'StopConfigurationRecorder',
  ]);
});

test('19 every tool has a version and a checksum in one manifest', () => {
  for (const tool of TOOL_MANIFEST) {
    if (tool.source === 'pinned' && tool.kind === 'image') {
      expect((tool as any).image).toMatch(/@sha256:[0-9a-f]{64}$/);
    } else if (tool.source === 'pinned') {
      Object.values((tool as any).platforms).forEach((download: any) => expect(download.sha256).toMatch(/^[0-9a-f]{64}$/));
    } else {
      expect(['python', 'userSupplied']).toContain(tool.source);
    }
  }
});

test.each(both)('19 no job pipes a download into a shell, and all run on a current image (%s)', (_, template) => {
  buildspecs(template).forEach((buildspec) => expect(buildspec).not.toMatch(/(curl|wget)[^"]*\|\s*(ba)?sh/));
  const images = Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).map(({ Properties }) => Properties.Environment.Image);

  expect(new Set(images)).toEqual(new Set(['aws/codebuild/standard:8.0']));
});

test.each(both)('19 no job runs a script before its checksum matched (%s)', (_, template) => {
  for (const buildspec of buildspecs(template)) {
    const install = JSON.parse(buildspec).phases.install.commands.join('\n');

    expect(install.indexOf('sha256sum --check --strict')).toBeGreaterThan(install.indexOf('aws s3 cp'));
    expect(install.indexOf('tar -xf')).toBeGreaterThan(install.indexOf('sha256sum --check --strict'));
  }
});

test('20 the secrets scan reads the history by default, and its job has one', () => {
  const scan = actionsIn(minimalTemplate).find(({ name }) => name === 'SecretsScan')!;

  expect(environmentOf(minimalTemplate, scan.runs!).SCAN_INPUT).toBe('history');
  expect(actionsIn(minimalTemplate)[0].configuration.OutputArtifactFormat).toBe('CODEBUILD_CLONE_REF');
});

test('21 ZAP is pinned and runs in the job: no server, no key, no Docker', () => {
  const scan = actionsIn(minimalTemplate).find(({ name }) => name === 'DynamicScan')!;
  const { Properties } = resourcesOf(minimalTemplate)[scan.runs!];

  expect(written(Properties.Source.BuildSpec)).toContain('"name\\":\\"zap');
  expect(Properties.Environment.PrivilegedMode).toBe(false);
  expect(Object.keys(environmentOf(minimalTemplate, scan.runs!)).filter((name) => /ZAP.*(KEY|HOST|URL|PORT)/.test(name))).toEqual([]);
});

test('22 the request for approval says what a function wrote of this run, just before', () => {
  const [brief, approve] = actionsIn(minimalTemplate).filter(({ stage }) => stage === 'Approval');

  expect(approve.configuration.CustomData).toBe('#{Brief.BRIEF}');
  expect(brief).toMatchObject({ namespace: 'Brief', runOrder: approve.runOrder - 1, variables: { RUN_ID: '#{Checkout.RUN_ID}' } });
  expect([...reader.of(brief.runs!).reads]).toContain('findings verdicts/*');
});

test('24 findings are imported under the partition, Region and account of the stack', () => {
  const { PRODUCT_ARN } = environmentOf(minimalTemplate, idOf(minimal.delivery.workspace.normalizer.function));

  expect(PRODUCT_ARN).toBe('arn:<AWS::Partition>:securityhub:<AWS::Region>:<AWS::AccountId>:product/<AWS::AccountId>/default');
});

test.each(['UpdateProject', 'PutApprovalResult', 'DisableStageTransition', 'StartBuild', 'OverrideStageCondition', 'RollbackStage', 'PutImage', 'UpdatePipeline'])(
  '25 %s is told by EventBridge, not by an alarm that looks every half hour', (call) => {
    const rules = Object.values(resourcesOf(minimalTemplate, 'AWS::Events::Rule'))
      .filter(({ Properties }) => list(Properties.EventPattern.detail?.eventName).includes(call));

    expect(rules.length).toBeGreaterThan(0);
    rules.forEach(({ Properties }) => expect(written(Properties.Targets[0].Arn)).toBe(`<${idOf(minimal.delivery.notifications.topic)}>`));
  });

test('25 no alarm looks at log metrics', () => {
  expect(Object.keys(resourcesOf(minimalTemplate, 'AWS::Logs::MetricFilter'))).toEqual([]);
});

test('what a user pins is what is installed', () => {
  const template = templateOf(minimalExample({
    overrides: () => ({
      imageScanner: ImageScanner.anchore({ grype: ToolPin.of({ version: '0.119.0', url: 'https://example.com/grype_0.119.0_linux_amd64.tar.gz', sha256: 'c'.repeat(64) }) }),
    }),
  }));
  const scan = actionsIn(template).find(({ name }) => name === 'ImageScan')!;

  expect(written(resourcesOf(template)[scan.runs!].Properties.Source.BuildSpec)).toContain('c'.repeat(64));
});
