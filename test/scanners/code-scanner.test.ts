import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportFormat } from '../../src/findings/report-format';
import { CodeScanner, SemgrepStarterPack } from '../../src/scanners/code-scanner';
import { customScript, secret } from '../gates/every-job';
import { newStack } from '../jobs/support';

const directory = mkdtempSync(join(tmpdir(), 'rules-'));
const rules = join(directory, 'rules');
const empty = join(directory, 'empty');

beforeAll(() => {
  mkdirSync(join(rules, 'nested'), { recursive: true });
  mkdirSync(empty);
  writeFileSync(join(rules, 'nested', 'shop.yml'), 'rules: []');
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('semgrep()', () => {
  test('has the starter pack by default', () => {
    const { assetPaths, ...config } = CodeScanner.semgrep().bind();
    expect(config).toMatchObject({ scannerName: 'semgrep', reportFormat: 'semgrep', tools: ['semgrep'] });
    expect(Object.keys(assetPaths!)).toEqual(['STARTER_RULES']);
  });

  test('has a starter pack for five languages', () => {
    expect(readdirSync(CodeScanner.semgrep().bind().assetPaths!.STARTER_RULES).sort()).toEqual(
      ['dockerfile.yaml', 'go.yaml', 'java.yaml', 'python.yaml', 'typescript.yaml']);
  });

  test('has the given rules beside it', () => {
    expect(CodeScanner.semgrep({ ruleFolders: [rules] }).bind().assetPaths).toEqual({ STARTER_RULES: expect.any(String), RULES_1: rules });
  });

  test('has the given rules alone', () => {
    const { assetPaths } = CodeScanner.semgrep({ ruleFolders: [rules, rules], starterPack: SemgrepStarterPack.NONE }).bind();
    expect(assetPaths).toEqual({ RULES_1: rules, RULES_2: rules });
  });

  test('refuses to have no rules, with which a scan finds nothing', () => {
    expect(() => CodeScanner.semgrep({ starterPack: SemgrepStarterPack.NONE })).toThrow(
      '\'ruleFolders\' must name a folder when the starter pack is not used; a scan without rules finds nothing: give a folder');
  });

  test('refuses more than 5 folders', () => {
    expect(() => CodeScanner.semgrep({ ruleFolders: Array(6).fill(rules) })).toThrow(
      '\'ruleFolders\' must name at most 5 folders, got 6; put the rules into fewer folders');
  });

  test.each([
    ['that does not exist', '/no/such/rules'],
    ['that is a file', __filename],
    ['without a rule in it', empty],
  ])('refuses a folder %s', (_, folder) => {
    expect(() => CodeScanner.semgrep({ ruleFolders: [rules, folder] })).toThrow(
      `'ruleFolders' must name folders with Semgrep rules (*.yaml or *.yml), got '${folder}'; give the path of a folder in the CDK app`);
  });
});

describe('snykCode()', () => {
  test('is Snyk\'s scan of source code', () => {
    expect(CodeScanner.snykCode({ apiToken: secret(newStack()) }).bind()).toMatchObject({ scannerName: 'snyk-code', reportFormat: 'snyk-code', tools: ['snyk'] });
  });

  test('gets its token as a secret', () => {
    const apiToken = secret(newStack());
    expect(CodeScanner.snykCode({ apiToken, apiTokenField: 'token' }).bind().secrets).toEqual({ SNYK_TOKEN: { secret: apiToken, field: 'token' } });
  });

  test('refuses to go without a token', () => {
    expect(() => CodeScanner.snykCode({ apiToken: undefined as any })).toThrow(
      '\'apiToken\' must be a secret; give a Secrets Manager secret with the token of a Snyk service account');
  });
});

test('custom() is what it was given', () => {
  const script = customScript();
  expect(CodeScanner.custom({ scannerName: 'checkov', reportFormat: ReportFormat.CHECKOV, script }).bind()).toMatchObject({
    scannerName: 'checkov', reportFormat: 'checkov', script,
  });
});
