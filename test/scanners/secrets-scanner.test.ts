import { join } from 'node:path';
import { ReportFormat } from '../../src/findings/report-format';
import { SecretsScanner } from '../../src/scanners/secrets-scanner';
import { ToolPin } from '../../src/tools/tool-version';
import { customScript, SHA256 } from '../gates/every-job';

const PIN = ToolPin.of({ version: '8.20.0', url: 'https://example.com/gitleaks.tar.gz', sha256: SHA256 });

describe('gitSecrets()', () => {
  test('looks for AWS keys by default', () => {
    expect(SecretsScanner.gitSecrets().bind()).toMatchObject({ scannerName: 'git-secrets', reportFormat: 'git-secrets', tools: ['git-secrets'], environment: {} });
  });

  test('looks for the given patterns too', () => {
    expect(SecretsScanner.gitSecrets({ patterns: ['xoxb-[0-9]+', 'it\'s "quoted"'] }).bind().environment).toEqual({
      SECRET_PATTERNS: '["xoxb-[0-9]+","it\'s \\"quoted\\""]',
    });
  });

  test('lets the given patterns pass', () => {
    expect(SecretsScanner.gitSecrets({ allowedPatterns: ['AKIAIOSFODNN7EXAMPLE'] }).bind().environment).toEqual({
      ALLOWED_PATTERNS: '["AKIAIOSFODNN7EXAMPLE"]',
    });
  });

  test.each(['patterns', 'allowedPatterns'])('refuses %s that are empty, which would match everything', (prop) => {
    expect(() => SecretsScanner.gitSecrets({ [prop]: ['good', ' '] })).toThrow(
      `'${prop}' must hold regular expressions of one line, got ' '; write one pattern per entry`);
  });

  test.each(['patterns', 'allowedPatterns'])('refuses %s of several lines', (prop) => {
    expect(() => SecretsScanner.gitSecrets({ [prop]: ['one\ntwo'] })).toThrow(`'${prop}' must hold regular expressions of one line, got 'one\ntwo'; `);
  });

  test('is the library\'s pin by default, else the given release', () => {
    expect([SecretsScanner.gitSecrets().bind().toolPins, SecretsScanner.gitSecrets({ tool: PIN }).bind().toolPins]).toEqual([undefined, { 'git-secrets': PIN }]);
  });
});

describe('gitleaks()', () => {
  test('has the rules that gitleaks brings, by default', () => {
    expect(SecretsScanner.gitleaks().bind()).toMatchObject({ scannerName: 'gitleaks', reportFormat: 'gitleaks', tools: ['gitleaks'], assetPaths: undefined });
  });

  test('has a configuration of the app', () => {
    expect(SecretsScanner.gitleaks({ configFile: __filename }).bind().assetPaths).toEqual({ GITLEAKS_CONFIG_ASSET: __filename });
  });

  test.each(['/no/such/gitleaks.toml', __dirname])('refuses the configuration %s, which is no file', (configFile) => {
    expect(() => SecretsScanner.gitleaks({ configFile })).toThrow(
      `'configFile' must be an existing file, got '${configFile}'; give the path of a gitleaks configuration in the CDK app`);
  });

  test('is the given release', () => {
    expect(SecretsScanner.gitleaks({ tool: PIN }).bind().toolPins).toEqual({ gitleaks: PIN });
  });
});

test('custom() is what it was given', () => {
  const script = customScript();
  expect(SecretsScanner.custom({ scannerName: 'trufflehog', reportFormat: ReportFormat.SARIF, script, tools: { trufflehog: PIN } }).bind()).toMatchObject({
    scannerName: 'trufflehog', reportFormat: 'sarif', script, toolPins: { trufflehog: PIN },
  });
});

test.each(['gitSecrets', 'gitleaks'] as const)('%s() needs no secret', (factory) => {
  expect(SecretsScanner[factory]().bind().secrets).toBeUndefined();
});

test('no scanner takes configuration from the scanned repository: only files of the app can be named', () => {
  expect(() => SecretsScanner.gitleaks({ configFile: join('not', 'in', 'this', 'app', '.gitleaks.toml') })).toThrow('\'configFile\' must be an existing file');
});
