import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { FindingsNormalizer } from '../../src/findings/findings-normalizer';
import { ReportFormat } from '../../src/findings/report-format';
import { Waivers } from '../../src/policy/waivers';
import { keyAndLogs, newStack, propertiesOf, statementsOf } from '../jobs/support';

const REMEDY = 'write each as { id | package | path, reason, owner, expires: YYYY-MM-DD, ticket? } under \'version: 1\' and \'waivers:\'';
const directory = mkdtempSync(join(tmpdir(), 'waivers-'));

afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'waivers.yaml');
  writeFileSync(path, text);
  return path;
}

function waiver(fields: { [key: string]: string } = {}): { [key: string]: string } {
  return { id: 'CVE-2023-45853', reason: 'minizip is not built in', owner: 'platform@example.com', expires: '2999-12-31', ...fields };
}

function fileOf(...waivers: object[]): string {
  return file(JSON.stringify({ version: 1, waivers }));
}

describe('from a file', () => {
  test('are read at synth', () => {
    expect(Waivers.fromFile(fileOf(waiver()))._known).toEqual([waiver()]);
  });

  test('are not read again at run time', () => {
    expect(Waivers.fromFile(fileOf(waiver())).source).toEqual({});
  });

  test('refuse a file that does not exist', () => {
    expect(() => Waivers.fromFile('/no/such/waivers.yaml')).toThrow(
      '\'waivers\' must be a readable file (ENOENT), got \'/no/such/waivers.yaml\'; give the path of a YAML or JSON file');
  });

  test('refuse a directory', () => {
    expect(() => Waivers.fromFile(directory)).toThrow(
      `'waivers' must be a readable file (EISDIR), got '${directory}'; give the path of a YAML or JSON file`);
  });

  test.each([
    ['an unknown key', { expiry: '2027-01-01' }, '/waivers/0 has the unknown key \'expiry\''],
    ['no real date', { expires: '2026-02-30' }, '/waivers/0/expires must match format "date"'],
  ])('refuse a waiver with %s', (_, fields, breach) => {
    const path = fileOf(waiver(fields as { [key: string]: string }));
    expect(() => Waivers.fromFile(path)).toThrow(`'waivers' must be a file of valid waivers, but ${breach}, got '${path}'; ${REMEDY}`);
  });

  test.each(['reason', 'owner', 'expires'])('refuse a waiver without %s', (field) => {
    const { [field]: _, ...rest } = waiver();
    const path = fileOf(rest);
    expect(() => Waivers.fromFile(path)).toThrow(
      `'waivers' must be a file of valid waivers, but /waivers/0 lacks '${field}', got '${path}'; ${REMEDY}`);
  });

  test('refuse a file that is neither YAML nor JSON', () => {
    const path = file('{');
    expect(() => Waivers.fromFile(path)).toThrow(/^'waivers' must be a file of valid waivers, but no YAML or JSON: .*, got '.*waivers\.yaml'; write each as/);
  });
});

describe('that expired', () => {
  function annotationsWith(waivers: Waivers): Annotations {
    const stack = new Stack(new App(), 'Shop');
    new FindingsNormalizer(stack, 'Normalizer', { ...keyAndLogs(stack), waivers });
    return Annotations.fromStack(stack);
  }

  test('are named by a warning that can be acknowledged', () => {
    annotationsWith(Waivers.fromFile(fileOf(waiver(), waiver({ id: 'CVE-2020-1', expires: '2020-12-31' })))).hasWarning('*', Match.stringLikeRegexp(
      '1 of the waivers expired and waive nothing any more: CVE-2020-1 \\(2020-12-31\\).*cdk-devsecops-eks:Waivers.expired'));
  });

  test('are named by package or path if they have no id', () => {
    const { id, ...rest } = waiver({ expires: '2020-12-31' });
    annotationsWith(Waivers.fromFile(fileOf({ ...rest, package: 'zlib1g' }, { ...rest, path: 'vendor/**' }))).hasWarning('*',
      Match.stringLikeRegexp('2 of the waivers .* zlib1g \\(2020-12-31\\), vendor/\\*\\* \\(2020-12-31\\)'));
  });

  test('on the very day still hold', () => {
    annotationsWith(Waivers.fromFile(fileOf(waiver({ expires: new Date().toISOString().slice(0, 10) })))).hasNoWarning('*', Match.anyValue());
  });

  test('are none if all are still good', () => {
    annotationsWith(Waivers.fromFile(fileOf(waiver()))).hasNoWarning('*', Match.anyValue());
  });
});

describe('from a bucket', () => {
  let stack: Stack;

  beforeEach(() => {
    stack = newStack();
  });

  function normalizerWith(waivers?: Waivers): FindingsNormalizer {
    const normalizer = new FindingsNormalizer(stack, 'Normalizer', { ...keyAndLogs(stack), waivers });
    normalizer.addGate('image', { reportFormat: ReportFormat.GRYPE });
    return normalizer;
  }

  test('let the normalizer read exactly that object', () => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Waivers', 'waivers');
    const normalizer = normalizerWith(Waivers.fromBucket(bucket, 'shop/waivers.yaml'));
    expect(statementsOf(normalizer.role).filter(({ resources }) => resources.some((resource) => resource.includes(':::waivers')))).toEqual([
      { sid: 'ReadWaivers', effect: 'Allow', actions: ['s3:GetObject'], resources: ['arn:<AWS::Partition>:s3:::waivers/shop/waivers.yaml'] },
    ]);
  });

  test('tell the normalizer where they are', () => {
    const normalizer = normalizerWith(Waivers.fromBucket(s3.Bucket.fromBucketName(stack, 'Waivers', 'waivers'), 'shop/waivers.yaml'));
    expect(propertiesOf(normalizer.function).Environment.Variables).toMatchObject({ WAIVERS_BUCKET: 'waivers', WAIVERS_KEY: 'shop/waivers.yaml' });
  });

  test('are decrypted with the key of that bucket', () => {
    const encryptionKey = new kms.Key(stack, 'WaiversKey');
    const normalizer = normalizerWith(Waivers.fromBucket(new s3.Bucket(stack, 'Waivers', { encryptionKey }), 'waivers.yaml'));
    expect(statementsOf(normalizer.role)).toContainEqual(expect.objectContaining({
      actions: ['kms:Decrypt'], resources: [expect.stringMatching(/^<WaiversKey\w+\.Arn>$/)],
    }));
  });

  test('are unknown at synth', () => {
    expect(Waivers.fromBucket(s3.Bucket.fromBucketName(stack, 'Waivers', 'waivers'), 'waivers.yaml')._known).toEqual([]);
  });

  test.each(['', ' ', '*', 'shop/*', 'waivers.y?ml', '${aws:username}'])('refuse the key \'%s\'', (key) => {
    expect(() => Waivers.fromBucket(s3.Bucket.fromBucketName(stack, 'Waivers', 'waivers'), key)).toThrow(
      `'objectKey' must name one object, the one with the waivers, got '${key}'; give its key, like 'shop/waivers.yaml'`);
  });

  test('leave no trace in the normalizer if there are none', () => {
    expect(Object.keys(propertiesOf(normalizerWith().function).Environment.Variables).filter((name) => name.startsWith('WAIVERS'))).toEqual([]);
  });
});
