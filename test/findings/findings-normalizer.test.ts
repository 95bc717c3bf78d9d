import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { parseGateDefinition } from '../../src/contracts';
import { FindingsNormalizer, FindingsNormalizerProps } from '../../src/findings/findings-normalizer';
import { FindingsEnvironment, FindingsImport, ReportFormat, UnsupportedImage } from '../../src/findings/report-format';
import { GatePolicy } from '../../src/policy/gate-policy';
import { Severity, UnfixableFindings } from '../../src/policy/severity';
import { Waivers } from '../../src/policy/waivers';
import { ACCOUNT, flatten, keyAndLogs, logicalId, newStack, propertiesOf, REGION, statementsAllowing, statementsOf } from '../jobs/support';
import { deployed } from '../monitoring/support';

const GRYPE = { reportFormat: ReportFormat.GRYPE };

let stack: Stack;

beforeEach(() => {
  stack = newStack();
});

function newNormalizer(props: Partial<FindingsNormalizerProps> = {}): FindingsNormalizer {
  return new FindingsNormalizer(stack, 'Normalizer', { ...keyAndLogs(stack), ...props });
}

function environment(normalizer: FindingsNormalizer): { [name: string]: any } {
  return propertiesOf(normalizer.function).Environment.Variables;
}

/** The definition of a gate: where GATES says that it lies, read from the cloud assembly. */
function definitionOf(normalizer: FindingsNormalizer, gateId: string): { text: string; sha256: string; bucket: string; key: string } {
  const [bucket, key, sha256] = JSON.parse(environment(normalizer).GATES)[gateId];
  const { directory } = (stack.node.root as App).synth();
  return { bucket, key, sha256, text: readFileSync(join(directory, `asset.${key}`), 'utf8') };
}

describe('the function', () => {
  test('knows the bucket of findings', () => {
    const normalizer = newNormalizer();
    expect(environment(normalizer).FINDINGS_BUCKET).toEqual({ Ref: logicalId(normalizer.bucket) });
  });

  test('shows findings under the name of the library by default', () => {
    expect(environment(newNormalizer()).PRODUCT_NAME).toBe('cdk-devsecops-eks');
  });

  test('shows findings under the given name', () => {
    expect(environment(newNormalizer({ productName: 'Shop delivery' })).PRODUCT_NAME).toBe('Shop delivery');
  });

  test.each(['', ' ', 'x'.repeat(129)])('refuses the product name \'%s\'', (productName) => {
    expect(() => newNormalizer({ productName })).toThrow(
      `'productName' must have 1 to 128 characters, got '${productName}'; choose a name like 'shop-delivery'`);
  });

  test('does not defer the import by default', () => {
    expect(environment(newNormalizer()).DEFER_IMPORT).toBe('false');
  });

  test('defers the import if asked to', () => {
    expect(environment(newNormalizer({ deferImport: true })).DEFER_IMPORT).toBe('true');
  });

  test.each([['aws', 'eu-central-1'], ['aws-us-gov', 'us-gov-west-1'], ['aws-cn', 'cn-north-1']])(
    'imports as the account\'s default product in the partition %s', (partition, region) => {
      stack = newStack(region);
      const arn = flatten(environment(newNormalizer()).PRODUCT_ARN).replace('<AWS::Partition>', partition);
      expect(arn).toBe(`arn:${partition}:securityhub:${region}:${ACCOUNT}:product/${ACCOUNT}/default`);
    });

  test('may import findings as that product only', () => {
    expect(statementsAllowing(newNormalizer().role, 'securityhub:BatchImportFindings')).toEqual([expect.objectContaining({
      actions: ['securityhub:BatchImportFindings'],
      resources: [`arn:<AWS::Partition>:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`],
    })]);
  });

  test('may write verdicts, findings and state, and no raw report', () => {
    const normalizer = newNormalizer();
    expect(statementsAllowing(normalizer.role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual(
      ['verdicts', 'findings', 'state'].map((kind) => `<${logicalId(normalizer.bucket)}.Arn>/${kind}/*`));
  });

  test.each(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutBucketPolicy', 'securityhub:BatchUpdateFindings', 'lambda:UpdateFunctionCode', 'ecr:PutImage'])(
    'may not %s', (action) => {
      expect(statementsAllowing(newNormalizer().role, action)).toEqual([]);
    });

  test('may invoke itself, under an alias, and no other function', () => {
    const normalizer = newNormalizer();
    expect(statementsAllowing(normalizer.role, 'lambda:InvokeFunction').flatMap(({ resources }) => resources)).toEqual(
      [`<${logicalId(normalizer.function)}.Arn>:*`]);
  });

  test('encrypts its environment with the given key', () => {
    newNormalizer();
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      KmsKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
  });

  test('keeps its log for a year, encrypted', () => {
    newNormalizer();
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
  });

  test('has the time and the space for large reports', () => {
    expect(propertiesOf(newNormalizer().function)).toMatchObject({ Timeout: 900, MemorySize: 1769, EphemeralStorage: { Size: 2048 } });
  });

  test('has all of 12 gates with the longest ids, waivers and names in its environment of 4 KB', () => {
    const normalizer = newNormalizer({ waivers: Waivers.fromBucket(new s3.Bucket(stack, 'Waivers'), 'teams/shop/waivers.yaml') });
    for (let gate = 10; gate < 22; gate++) {
      normalizer.addGate(`gate-${gate}`.padEnd(32, 'x'), GRYPE);
    }
    const variables: { [name: string]: string } = deployed(environment(normalizer));
    const size = Object.entries(variables).reduce((sum, [name, value]) => sum + name.length + Math.min(value.length, name.endsWith('BUCKET') ? 63 : Infinity), 0);
    expect(size).toBeLessThan(4096);
  });
});

describe('a gate', () => {
  test('has an alias of its own, by its id', () => {
    const gate = newNormalizer().addGate('image', GRYPE);
    expect(propertiesOf(gate.alias).Name).toBe('image');
  });

  test('is a version of the function that nobody changes, not the latest', () => {
    newNormalizer().addGate('image', GRYPE);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Alias', { FunctionVersion: { 'Fn::GetAtt': [Match.anyValue(), 'Version'] } });
  });

  test('is retried once, and not after the gate\'s own deadline; what failed goes to the dead-letter queue', () => {
    const normalizer = newNormalizer();
    const gate = normalizer.addGate('image', GRYPE);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      Qualifier: { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: logicalId(gate.alias) }] }] },
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [logicalId(normalizer.deadLetterQueue), 'Arn'] } } },
    });
  });

  test('has that for every alias', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('image', GRYPE);
    normalizer.addGate('code', { reportFormat: ReportFormat.SEMGREP });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::EventInvokeConfig', 2);
  });

  test('is defined by a file asset whose hash stands in the function\'s environment', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('image', GRYPE);
    const { text, sha256 } = definitionOf(normalizer, 'image');
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  });

  test('is defined by what was asked for', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('registry', {
      reportFormat: ReportFormat.ECR,
      policy: GatePolicy.failOn(Severity.CRITICAL, { unfixable: UnfixableFindings.BLOCK, defaultSeverity: Severity.LOW }),
      environment: FindingsEnvironment.STAGING,
      findingsImport: FindingsImport.UNLESS_INSPECTOR_DID,
      unsupportedImage: UnsupportedImage.RELY_ON_IMAGE_SCAN,
    });
    expect(parseGateDefinition(JSON.parse(definitionOf(normalizer, 'registry').text))).toEqual({
      version: 1,
      gate: 'registry',
      reportFormat: 'ecr',
      environment: 'staging',
      policy: { failOn: 'CRITICAL', unfixable: 'BLOCK', defaultSeverity: 'LOW', auditOnly: false },
      waivers: [],
      securityHub: 'unlessInspectorDid',
      unsupportedImage: 'RELY_ON_IMAGE_SCAN',
    });
  });

  test('blocks on HIGH, keeps the state of a candidate, sends everything, and takes an unsupported image for an error by default', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('image', GRYPE);
    expect(parseGateDefinition(JSON.parse(definitionOf(normalizer, 'image').text))).toEqual({
      version: 1,
      gate: 'image',
      reportFormat: 'grype',
      environment: 'candidate',
      policy: { failOn: 'HIGH', unfixable: 'REPORT_UNLESS_EXPLOITED', defaultSeverity: 'MEDIUM', auditOnly: false },
      waivers: [],
      securityHub: 'always',
      unsupportedImage: 'ERROR',
    });
  });

  test('can be read by the function, and no other asset can', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('image', GRYPE);
    const { bucket, key } = definitionOf(normalizer, 'image');
    expect(statementsAllowing(normalizer.role, 's3:GetObject').flatMap(({ resources }) => resources).filter((resource) => resource.includes(bucket)))
      .toEqual([`arn:<AWS::Partition>:s3:::${bucket}/${key}`]);
  });

  test('with another policy is another version of the function: a deployment brings the policy into force', () => {
    const versionWith = (policy: GatePolicy) => {
      stack = newStack();
      newNormalizer().addGate('image', { ...GRYPE, policy });
      return Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'));
    };
    expect(versionWith(GatePolicy.failOn(Severity.HIGH))).not.toEqual(versionWith(GatePolicy.auditOnly()));
  });

  test('leaves nothing in the directory for temporary files', () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('gate-'));
    newNormalizer().addGate('image', GRYPE);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('gate-') && !before.includes(name) && existsSync(join(tmpdir(), name, 'image.json'))))
      .toEqual([]);
  });

  test('cannot have the id of another one', () => {
    const normalizer = newNormalizer();
    normalizer.addGate('image', GRYPE);
    expect(() => normalizer.addGate('image', { reportFormat: ReportFormat.SNYK })).toThrow(
      '\'gateId\' must be unique within a normalizer, got \'image\'; give the second gate an id of its own');
  });

  test.each(['', 'x', 'Image', '1st', '-image', 'my_gate', 'a/b', '*', 'x'.repeat(33)])('cannot have the id \'%s\'', (gateId) => {
    expect(() => newNormalizer().addGate(gateId, GRYPE)).toThrow(
      `'gateId' must be 2 to 32 lower-case letters, digits or hyphens and start with a letter, got '${gateId}'; choose an id like 'licences'`);
  });

  test('cannot be the 13th', () => {
    const normalizer = newNormalizer();
    for (let gate = 1; gate <= 12; gate++) {
      normalizer.addGate(`gate-${gate}`, GRYPE);
    }
    expect(() => normalizer.addGate('gate-13', GRYPE)).toThrow(
      '\'gateId\' must be one of at most 12 gates of a normalizer, got \'gate-13\'; make a second FindingsNormalizer for further gates');
  });
});

describe('waivers of a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waivers-'));
  const common = { reason: 'accepted for this test', owner: 'team', expires: '2999-12-31' };
  const file = join(directory, 'waivers.json');
  writeFileSync(file, JSON.stringify({
    version: 1,
    waivers: [{ id: 'CVE-1', gate: 'image', ...common }, { id: 'rule-1', gate: 'code', ...common }, { package: 'zlib', ...common }],
  }));

  afterAll(() => rmSync(directory, { recursive: true }));

  test.each([['image', ['CVE-1', 'zlib']], ['code', ['rule-1', 'zlib']], ['dynamic', ['zlib']]])('reach the gate %s only if they are for it or for all', (gateId, names) => {
    const normalizer = newNormalizer({ waivers: Waivers.fromFile(file) });
    normalizer.addGate(gateId, GRYPE);
    const { waivers } = parseGateDefinition(JSON.parse(definitionOf(normalizer, gateId).text));
    expect(waivers.map((waiver) => waiver.id ?? waiver.package)).toEqual(names);
  });
});

describe('who judges a gate', () => {
  let role: iam.Role;
  let normalizer: FindingsNormalizer;

  beforeEach(() => {
    normalizer = newNormalizer();
    normalizer.addGate('code', { reportFormat: ReportFormat.SEMGREP });
    role = new iam.Role(stack, 'Scanner', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
    normalizer.addGate('image', GRYPE).grantJudge(role).assertSuccess();
  });

  test('may put reports under the gate\'s own prefix only', () => {
    expect(statementsAllowing(role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(normalizer.bucket)}.Arn>/raw/image/*/*`]);
  });

  test('may read this gate\'s verdicts only', () => {
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(normalizer.bucket)}.Arn>/verdicts/*/image/*.json`]);
  });

  test('may list verdicts, and nothing else in the bucket', () => {
    expect(statementsAllowing(role, 's3:ListBucket')).toEqual([expect.objectContaining({ conditions: { StringLike: { 's3:prefix': ['verdicts/*'] } } })]);
  });

  test('may invoke this gate\'s alias only', () => {
    const aliases = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Alias', { Properties: { Name: 'image' } }));
    expect(statementsAllowing(role, 'lambda:InvokeFunction').flatMap(({ resources }) => resources)).toEqual([`<${aliases[0][0]}>`]);
  });

  test.each(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectVersion', 'securityhub:BatchImportFindings', 'lambda:UpdateAlias', 'sqs:SendMessage'])(
    'may not %s', (action) => {
      expect(statementsAllowing(role, action)).toEqual([]);
    });
});

test('verdicts of every gate can be read by who pushes and deploys, and nothing else of the bucket', () => {
  const normalizer = newNormalizer();
  const role = new iam.Role(stack, 'Pusher', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
  normalizer.grantReadVerdicts(role);
  expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(normalizer.bucket)}.Arn>/verdicts/*`]);
});

test('approvers can read verdicts, evidence and reports, and write nothing', () => {
  const normalizer = newNormalizer();
  const role = new iam.Role(stack, 'Approver', { assumedBy: new iam.AccountRootPrincipal() });
  normalizer.grantReadReports(role);
  expect(statementsOf(role).flatMap(({ actions }) => actions).sort()).toEqual(['kms:Decrypt', 's3:GetObject', 's3:ListBucket']);
  expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources)).toEqual(
    ['verdicts', 'evidence', 'reports'].map((kind) => `<${logicalId(normalizer.bucket)}.Arn>/${kind}/*`));
});

describe('alarms', () => {
  test('go off when the function fails', () => {
    const normalizer = newNormalizer();
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: logicalId(normalizer.function) } }],
      AlarmDescription: 'The findings normalizer failed. Gates end with error until it works: see its log group.',
    });
  });

  test('go off when a request was lost', () => {
    const normalizer = newNormalizer();
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [logicalId(normalizer.deadLetterQueue), 'QueueName'] } }],
      AlarmDescription: 'Requests to the findings normalizer were lost after a retry: see the dead-letter queue.',
    });
  });

  test('tell nobody by default', () => {
    newNormalizer();
    Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });

  test('tell a topic', () => {
    const topic = new sns.Topic(stack, 'Topic');
    newNormalizer().notifyAlarms(topic);
    Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: logicalId(topic) }] });
  });
});

test('the dead-letter queue is encrypted, refuses plain HTTP, and keeps for 14 days', () => {
  const normalizer = newNormalizer();
  expect(propertiesOf(normalizer.deadLetterQueue)).toMatchObject({
    KmsMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] }, MessageRetentionPeriod: 1_209_600,
  });
  Template.fromStack(stack).hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] },
  });
});
