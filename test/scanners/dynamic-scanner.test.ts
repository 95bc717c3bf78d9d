import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ReportFormat } from '../../src/findings/report-format';
import { DynamicScanGate } from '../../src/gates/dynamic-scan';
import { ApiDescription, DynamicScanner, ZapProps, ZapScan } from '../../src/scanners/dynamic-scanner';
import { ToolPin } from '../../src/tools/tool-version';
import { customScript, secret, SHA256, stagingTarget } from '../gates/every-job';
import { environmentOf, newRun, newStack, newWorkspace } from '../jobs/support';

const target = 'https://staging.example.com';

function environment(props: Partial<ZapProps> = {}): { [name: string]: string } {
  return DynamicScanner.zap({ target, ...props }).bind().scanner.environment!;
}

describe('zap()', () => {
  test('is ZAP as a process: one tool, one script, no image', () => {
    expect(DynamicScanner.zap({ target }).bind()).toMatchObject({ target, scanner: { scannerName: 'zap', reportFormat: 'zap', tools: ['zap'] } });
  });

  test('makes a baseline scan of 30 minutes by default', () => {
    expect(environment()).toEqual({ ZAP_SCAN: 'baseline', ZAP_MAX_MINUTES: '30' });
  });

  test('makes a full scan', () => {
    expect(environment({ scan: ZapScan.FULL, maxMinutes: 240 })).toEqual({ ZAP_SCAN: 'full', ZAP_MAX_MINUTES: '240' });
  });

  test('makes a scan of an OpenAPI description by default', () => {
    expect(environment({ scan: ZapScan.API, apiDescriptionUrl: `${target}/openapi.json` })).toMatchObject({
      ZAP_SCAN: 'api', API_DESCRIPTION_URL: `${target}/openapi.json`, API_DESCRIPTION: 'openapi',
    });
  });

  test('makes a scan of a GraphQL schema', () => {
    expect(environment({ scan: ZapScan.API, apiDescriptionUrl: `${target}/graphql`, apiDescription: ApiDescription.GRAPHQL })).toMatchObject({
      API_DESCRIPTION: 'graphql',
    });
  });

  test.each(['staging.example.com', 'ftp://staging.example.com', 'javascript:alert(1)', '', '/'])('refuses the target \'%s\'', (url) => {
    expect(() => DynamicScanner.zap({ target: url })).toThrow(
      `'target' must be an absolute http or https URL, got '${url}'; write it like 'https://staging.shop.example.com'`);
  });

  test('refuses an API scan without a description', () => {
    expect(() => DynamicScanner.zap({ target, scan: ZapScan.API })).toThrow('\'apiDescriptionUrl\' must be given for ZapScan.API, and for no other scan, '
      + 'got nothing; give the URL of the OpenAPI or GraphQL description, or choose another scan');
  });

  test('refuses a description for a scan that does not read it', () => {
    expect(() => DynamicScanner.zap({ target, apiDescriptionUrl: `${target}/openapi.json` })).toThrow(
      `'apiDescriptionUrl' must be given for ZapScan.API, and for no other scan, got '${target}/openapi.json'; `);
  });

  test('refuses a description that is no URL', () => {
    expect(() => DynamicScanner.zap({ target, scan: ZapScan.API, apiDescriptionUrl: 'openapi.json' })).toThrow(
      '\'apiDescriptionUrl\' must be an absolute http or https URL, got \'openapi.json\'; ');
  });

  test.each([0, -5, 481, 1.5])('refuses a scan of %p minutes', (maxMinutes) => {
    expect(() => DynamicScanner.zap({ target, maxMinutes })).toThrow(
      `'maxMinutes' must be a whole number from 1 to 480, got ${maxMinutes}; a baseline scan takes a few minutes, a full one up to hours`);
  });

  test('asks for 30 minutes around the scan', () => {
    expect(DynamicScanner.zap({ target, maxMinutes: 120 }).bind().timeout).toEqual(Duration.minutes(150));
  });

  test('does not log in by default', () => {
    expect(DynamicScanner.zap({ target }).bind().scanner.secrets).toBeUndefined();
  });

  test('logs in by a header, whose value is a secret of the job', () => {
    const stack = newStack();
    const authentication = { headerValue: { secret: secret(stack), field: 'header' }, loggedInUrl: `${target}/me` };
    const { project } = new DynamicScanGate(stack, 'Scan', {
      workspace: newWorkspace(stack), run: newRun(), target: stagingTarget(), scanner: DynamicScanner.zap({ target, authentication }),
    });
    expect(environmentOf(project)).toMatchObject({
      AUTHENTICATION_HEADER: { type: 'PLAINTEXT', value: 'Authorization' },
      AUTHENTICATION_VALUE: { type: 'SECRETS_MANAGER', value: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:scanner-AbCdEf:header' },
      LOGGED_IN_URL: { type: 'PLAINTEXT', value: `${target}/me` },
    });
  });

  test('logs in by the given header', () => {
    expect(environment({ authentication: { headerName: 'X-Api-Key', headerValue: { secret: secret(newStack()) }, loggedInUrl: target } }))
      .toMatchObject({ AUTHENTICATION_HEADER: 'X-Api-Key' });
  });

  test('refuses a page for logged-in users that is no URL', () => {
    expect(() => environment({ authentication: { headerValue: { secret: secret(newStack()) }, loggedInUrl: '/me' } })).toThrow(
      '\'authentication.loggedInUrl\' must be an absolute http or https URL, got \'/me\'; ');
  });

  test('names every URL that it calls beside the target, so that none can be production\'s', () => {
    const { furtherUrls } = DynamicScanner.zap({
      target,
      scan: ZapScan.API,
      apiDescriptionUrl: 'https://api.example.com/openapi.json',
      authentication: { headerValue: { secret: secret(newStack()) }, loggedInUrl: 'https://login.example.com/me' },
    }).bind();
    expect(furtherUrls).toEqual(['https://api.example.com/openapi.json', 'https://login.example.com/me']);
  });

  test('is outside any VPC by default', () => {
    expect(DynamicScanner.zap({ target }).bind().vpc).toBeUndefined();
  });

  test('runs in the given subnets', () => {
    const vpc = new ec2.Vpc(newStack(), 'Vpc');
    const subnets = { subnetGroupName: 'Private' };
    expect(DynamicScanner.zap({ target, vpc, subnets }).bind()).toMatchObject({ vpc, subnets });
  });

  test('is the given release', () => {
    const tool = ToolPin.of({ version: '2.15.0', url: 'https://example.com/zap.tar.gz', sha256: SHA256 });
    expect(DynamicScanner.zap({ target, tool }).bind().scanner.toolPins).toEqual({ zap: tool });
  });
});

describe('custom()', () => {
  test('is what it was given', () => {
    const script = customScript();
    expect(DynamicScanner.custom({ scannerName: 'nuclei', reportFormat: ReportFormat.SARIF, script }, { target, timeout: Duration.hours(1) }).bind())
      .toMatchObject({ target, timeout: Duration.hours(1), scanner: { scannerName: 'nuclei', reportFormat: 'sarif', script } });
  });

  test('refuses a target that is no URL', () => {
    expect(() => DynamicScanner.custom({ scannerName: 'nuclei', reportFormat: ReportFormat.SARIF, script: customScript() }, { target: 'staging' })).toThrow(
      '\'target\' must be an absolute http or https URL, got \'staging\'; ');
  });
});
