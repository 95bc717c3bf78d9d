import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ReportFormat } from '../../src/findings/report-format';
import { ImageScanGate } from '../../src/gates/image-scan';
import { ImageScanner } from '../../src/scanners/image-scanner';
import { ToolPin } from '../../src/tools/tool-version';
import { ANCHORECTL, customScript, secret, SHA256 } from '../gates/every-job';
import { environmentOf, newRun, newStack, newWorkspace, statementsAllowing } from '../jobs/support';

let stack: Stack;

beforeEach(() => {
  stack = newStack();
});

function jobWith(scanner: ImageScanner): ImageScanGate {
  return new ImageScanGate(stack, 'Scan', { workspace: newWorkspace(stack), run: newRun(), imageArtifact: new codepipeline.Artifact('Image'), scanner });
}

describe('anchore()', () => {
  test('is Grype', () => {
    expect(ImageScanner.anchore().bind()).toMatchObject({ scannerName: 'grype', reportFormat: 'grype', tools: ['grype'] });
  });

  test('needs no secret', () => {
    expect(ImageScanner.anchore().bind().secrets).toBeUndefined();
  });

  test('accepts a database of at most 5 days by default', () => {
    expect(ImageScanner.anchore().bind().environment).toEqual({ DATABASE_MAX_AGE_DAYS: '5' });
  });

  test.each([1, 30])('accepts a database of at most %d days', (databaseMaxAgeDays) => {
    expect(ImageScanner.anchore({ databaseMaxAgeDays }).bind().environment).toEqual({ DATABASE_MAX_AGE_DAYS: String(databaseMaxAgeDays) });
  });

  test.each([0, 31, -1, 1.5, NaN])('refuses a database of at most %p days', (databaseMaxAgeDays) => {
    expect(() => ImageScanner.anchore({ databaseMaxAgeDays })).toThrow(
      `'databaseMaxAgeDays' must be a whole number from 1 to 30, got ${JSON.stringify(databaseMaxAgeDays)}; keep the database fresher: the default is 5`);
  });

  test('is the library\'s pin of Grype by default', () => {
    expect(ImageScanner.anchore().bind().toolPins).toBeUndefined();
  });

  test('is the given release of Grype', () => {
    const grype = ToolPin.of({ version: '0.110.0', url: 'https://example.com/grype.tar.gz', sha256: SHA256 });
    expect(ImageScanner.anchore({ grype }).bind().toolPins).toEqual({ grype });
  });

  test.each(['latest', '0.x', '>=0.100', 'stable', 'v1'])('refuses the floating release \'%s\'', (version) => {
    expect(() => ImageScanner.anchore({ grype: ToolPin.of({ version, url: 'https://example.com/grype.tar.gz', sha256: SHA256 }) })).toThrow(
      `'version' must name exactly one release, got '${version}'; `);
  });

  test('refuses a release without its SHA-256', () => {
    expect(() => ToolPin.of({ version: '0.110.0', url: 'https://example.com/grype.tar.gz', sha256: undefined as any })).toThrow(
      '\'sha256\' must be a SHA-256 of 64 lower-case hex digits, got nothing; take it from the publisher\'s checksum file');
  });
});

describe('anchoreEnterprise()', () => {
  const url = 'https://anchore.example.com';

  test('is anchorectl with the given release', () => {
    expect(ImageScanner.anchoreEnterprise({ url, credentials: secret(stack), anchorectl: ANCHORECTL }).bind()).toMatchObject({
      scannerName: 'anchorectl', reportFormat: 'anchorectl', tools: ['anchorectl'], toolPins: { anchorectl: ANCHORECTL }, environment: { ANCHORECTL_URL: url },
    });
  });

  test('uses the account of the user by default', () => {
    const { environment } = ImageScanner.anchoreEnterprise({ url, credentials: secret(stack), anchorectl: ANCHORECTL }).bind();
    expect(environment).not.toHaveProperty('ANCHORECTL_ACCOUNT');
  });

  test('uses the given account', () => {
    const { environment } = ImageScanner.anchoreEnterprise({ url, credentials: secret(stack), anchorectl: ANCHORECTL, account: 'shop' }).bind();
    expect(environment).toHaveProperty('ANCHORECTL_ACCOUNT', 'shop');
  });

  test('logs in with two fields of the secret, which no plain variable holds', () => {
    const { project } = jobWith(ImageScanner.anchoreEnterprise({ url, credentials: secret(stack), anchorectl: ANCHORECTL }));
    const arn = secret(new Stack(new App(), 'Other')).secretArn;
    expect(environmentOf(project)).toMatchObject({
      ANCHORECTL_USERNAME: { type: 'SECRETS_MANAGER', value: `${arn}:username` },
      ANCHORECTL_PASSWORD: { type: 'SECRETS_MANAGER', value: `${arn}:password` },
    });
  });

  test('refuses to go without credentials', () => {
    expect(() => ImageScanner.anchoreEnterprise({ url, credentials: undefined as any, anchorectl: ANCHORECTL })).toThrow(
      '\'credentials\' must be a secret; give a Secrets Manager secret with the fields username and password');
  });

  test('refuses to go without anchorectl, whose publisher shows no checksums', () => {
    expect(() => ImageScanner.anchoreEnterprise({ url, credentials: secret(stack), anchorectl: undefined as any })).toThrow(
      '\'anchorectl\' must be given; pin the release that fits your server with ToolPin.of({ version, url, sha256 })');
  });

  test.each(['anchore.example.com', 'ftp://anchore.example.com', ''])('refuses the server \'%s\'', (server) => {
    expect(() => ImageScanner.anchoreEnterprise({ url: server, credentials: secret(stack), anchorectl: ANCHORECTL })).toThrow(
      `'url' must be an absolute http or https URL, got '${server}'; write it like 'https://staging.shop.example.com'`);
  });
});

describe('snyk()', () => {
  test('is the Snyk CLI over the image', () => {
    expect(ImageScanner.snyk({ apiToken: secret(stack) }).bind()).toMatchObject({ scannerName: 'snyk', reportFormat: 'snyk', tools: ['snyk'] });
  });

  test('gets its token from Secrets Manager, in one variable', () => {
    const { project } = jobWith(ImageScanner.snyk({ apiToken: secret(stack) }));
    const fromSecrets = Object.entries(environmentOf(project)).filter(([, { type }]) => type !== 'PLAINTEXT');
    expect(fromSecrets).toEqual([['SNYK_TOKEN', { type: 'SECRETS_MANAGER', value: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:scanner-AbCdEf' }]]);
  });

  test('gets its token from a field of the secret', () => {
    const { project } = jobWith(ImageScanner.snyk({ apiToken: secret(stack), apiTokenField: 'token' }));
    expect(environmentOf(project).SNYK_TOKEN.value).toBe('arn:aws:secretsmanager:eu-central-1:111122223333:secret:scanner-AbCdEf:token');
  });

  test('may read this secret and no other', () => {
    const { role } = jobWith(ImageScanner.snyk({ apiToken: secret(stack) }));
    expect(statementsAllowing(role, 'secretsmanager:GetSecretValue').flatMap(({ resources }) => resources)).toEqual(
      ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:scanner-AbCdEf']);
  });

  test('resolves no secret into the template', () => {
    jobWith(ImageScanner.snyk({ apiToken: new secretsmanager.Secret(stack, 'Snyk') }));
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('{{resolve:');
  });

  test('refuses to go without a token', () => {
    expect(() => ImageScanner.snyk({ apiToken: undefined as any })).toThrow(
      '\'apiToken\' must be a secret; give a Secrets Manager secret with the token of a Snyk service account');
  });

  test('asks Snyk in the United States, for the token\'s own organization, by default', () => {
    expect(ImageScanner.snyk({ apiToken: secret(stack) }).bind().environment).toEqual({ SNYK_API: 'https://api.snyk.io', SNYK_DISABLE_ANALYTICS: '1' });
  });

  test('asks Snyk in the given region, for the given organization', () => {
    expect(ImageScanner.snyk({ apiToken: secret(stack), apiUrl: 'https://api.eu.snyk.io', organization: 'shop' }).bind().environment).toMatchObject({
      SNYK_API: 'https://api.eu.snyk.io', SNYK_CFG_ORG: 'shop',
    });
  });

  test('refuses an API that is no URL', () => {
    expect(() => ImageScanner.snyk({ apiToken: secret(stack), apiUrl: 'eu' })).toThrow('\'apiUrl\' must be an absolute http or https URL, got \'eu\'; ');
  });

  test('is the given release of the CLI', () => {
    const cli = ToolPin.of({ version: '1.1300.0', url: 'https://example.com/snyk-linux', sha256: SHA256 });
    expect(ImageScanner.snyk({ apiToken: secret(stack), cli }).bind().toolPins).toEqual({ snyk: cli });
  });
});

describe('custom()', () => {
  test('has all that it was given', () => {
    const tool = ToolPin.of({ version: '0.75.0', url: 'https://example.com/tool.tar.gz', sha256: SHA256 });
    const script = customScript();
    const token = { secret: secret(stack) };
    expect(ImageScanner.custom({
      scannerName: 'mine',
      reportFormat: ReportFormat.SARIF,
      script,
      tools: { mine: tool },
      environment: { MODE: 'strict' },
      secrets: { MY_TOKEN: token },
      assetPaths: { MY_RULES: __dirname },
    }).bind()).toEqual({
      scannerName: 'mine',
      reportFormat: 'sarif',
      script,
      toolPins: { mine: tool },
      environment: { MODE: 'strict' },
      secrets: { MY_TOKEN: token },
      assetPaths: { MY_RULES: __dirname },
    });
  });
});
