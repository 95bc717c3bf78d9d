import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, IncomingMessage } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { parseVerdict } from '../../src/contracts';
import gateDefinition from '../../src/contracts/examples/gate-definition.json';
import gateRequest from '../../src/contracts/examples/gate-request.json';
import { handler } from '../../src/findings/normalizer.lambda';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:normalizer';
const IMAGE = JSON.stringify(gateDefinition);
const CODE = JSON.stringify({ ...gateDefinition, gate: 'code', reportFormat: 'semgrep' });
const GATES = JSON.stringify({ image: ['assets', 'image.json', sha256(IMAGE)], code: ['assets', 'code.json', sha256(CODE)] });
const VERDICT_KEY = `verdicts/${gateRequest.runId}/image/${gateRequest.report.sha256}.json`;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function context(alias?: string): Context {
  return { invokedFunctionArn: alias === undefined ? FUNCTION : `${FUNCTION}:${alias}` } as Context;
}

describe('the handler', () => {
  const s3 = mockClient(S3Client);
  const log = jest.spyOn(console, 'log');

  beforeEach(() => {
    s3.reset();
    log.mockImplementation();
    process.env.FINDINGS_BUCKET = 'findings';
    process.env.GATES = GATES;
    object('image.json', IMAGE);
    object('code.json', CODE);
    s3.on(PutObjectCommand).resolves({});
  });

  afterAll(() => {
    log.mockRestore();
    delete process.env.FINDINGS_BUCKET;
    delete process.env.GATES;
  });

  function object(key: string, text: string): void {
    s3.on(GetObjectCommand, { Bucket: 'assets', Key: key }).callsFake(() => ({ Body: { transformToString: async () => text } }));
  }

  function written(): { Bucket?: string; Key?: string; Body?: any; IfNoneMatch?: string } {
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
    return s3.commandCalls(PutObjectCommand)[0].args[0].input;
  }

  function nothingWritten(): void {
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
  }

  test('answers error: not implemented', async () => {
    await handler(gateRequest, context('image'));
    expect(JSON.parse(written().Body)).toMatchObject({ verdict: 'error', reason: 'not implemented' });
  });

  test('writes a verdict that keeps the contract', async () => {
    await handler(gateRequest, context('image'));
    expect(() => parseVerdict(JSON.parse(written().Body))).not.toThrow();
  });

  test('writes it where the job looks for it: under run, gate and the report\'s checksum', async () => {
    await handler(gateRequest, context('image'));
    expect(written()).toMatchObject({ Bucket: 'findings', Key: VERDICT_KEY });
  });

  test('writes it once: an existing verdict is never replaced', async () => {
    await handler(gateRequest, context('image'));
    expect(written().IfNoneMatch).toBe('*');
  });

  test('says in the verdict which policy, waivers, report and image it is about', async () => {
    await handler(gateRequest, context('image'));
    expect(JSON.parse(written().Body)).toMatchObject({
      policySha256: sha256(JSON.stringify(gateDefinition.policy)),
      waiversSha256: sha256('[]'),
      report: { key: gateRequest.report.key, sha256: gateRequest.report.sha256 },
      image: gateRequest.image,
      auditOnly: false,
    });
  });

  test('judges for the gate whose alias was invoked', async () => {
    await handler({ ...gateRequest, report: { ...gateRequest.report, key: gateRequest.report.key.replace('/image/', '/code/') } }, context('code'));
    expect(JSON.parse(written().Body).gate).toBe('code');
    expect(written().Key).toBe(VERDICT_KEY.replace('/image/', '/code/'));
  });

  test.each([
    ['of another gate', `raw/code/${gateRequest.runId}/semgrep.json`],
    ['of another run', 'raw/image/another-run/grype.json'],
    ['that is a verdict', VERDICT_KEY],
    ['in a folder of its own', `raw/image/${gateRequest.runId}/more/grype.json`],
  ])('refuses a report %s', async (_, key) => {
    await expect(handler({ ...gateRequest, report: { ...gateRequest.report, key } }, context('image'))).rejects.toThrow(
      `the report of gate 'image' for run ${gateRequest.runId} cannot be at ${key}`);
    nothingWritten();
  });

  test('refuses a report whose key ends in no name', async () => {
    await expect(handler({ ...gateRequest, report: { ...gateRequest.report, key: 'raw/image/..' } }, context('image'))).rejects.toThrow(
      '\'file\' of a findings key must be letters');
    nothingWritten();
  });

  test('refuses a request that names a gate', async () => {
    await expect(handler({ ...gateRequest, gate: 'code' }, context('image'))).rejects.toThrow(
      'not a valid gate request: the document has the unknown key \'gate\'');
    nothingWritten();
  });

  test.each([['without an alias', undefined], ['as $LATEST', '$LATEST'], ['as a version', '3']])('refuses to be invoked %s', async (_, alias) => {
    await expect(handler(gateRequest, context(alias))).rejects.toThrow('the normalizer must be invoked through the alias of a gate, not as arn:aws:lambda:');
    nothingWritten();
  });

  test.each(['dynamic', 'constructor', 'tostring'])('refuses the alias \'%s\', which no gate has', async (alias) => {
    await expect(handler(gateRequest, context(alias))).rejects.toThrow(`no gate '${alias}' is registered with this normalizer`);
    nothingWritten();
  });

  test('refuses a definition that somebody changed', async () => {
    object('image.json', JSON.stringify({ ...gateDefinition, policy: { ...gateDefinition.policy, auditOnly: true } }));
    await expect(handler(gateRequest, context('image'))).rejects.toThrow('the definition of gate \'image\' is not the one that was deployed');
    nothingWritten();
  });

  test('refuses a definition that breaks its contract, although it is the one that was deployed', async () => {
    const broken = JSON.stringify({ ...gateDefinition, policy: {} });
    process.env.GATES = JSON.stringify({ image: ['assets', 'image.json', sha256(broken)] });
    object('image.json', broken);
    await expect(handler(gateRequest, context('image'))).rejects.toThrow('not a valid gate definition: /policy lacks \'failOn\'');
    nothingWritten();
  });

  test.each([
    ['nothing', undefined, 'the document must be object'],
    ['an empty object', {}, 'the document lacks \'version\''],
    ['a run id that leaves its prefix', { ...gateRequest, runId: '../../../image' }, '/runId must match pattern'],
    ['a report without a checksum', { ...gateRequest, report: { key: 'raw/image/x', versionId: '1' } }, '/report lacks \'sha256\''],
  ])('refuses %s as a request', async (_, request, message) => {
    await expect(handler(request, context('image'))).rejects.toThrow(`not a valid gate request: ${message}`);
    nothingWritten();
  });

  test.each(['GATES', 'FINDINGS_BUCKET'])('fails without %s', async (name) => {
    process.env[name] = '';
    await expect(handler(gateRequest, context('image'))).rejects.toThrow(`the environment variable ${name} is not set`);
    nothingWritten();
  });

  test('is content if an earlier try wrote the verdict already', async () => {
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('At least one of the preconditions did not hold'), { name: 'PreconditionFailed' }));
    await expect(handler(gateRequest, context('image'))).resolves.toBeUndefined();
  });

  test('fails if the verdict cannot be written', async () => {
    s3.on(PutObjectCommand).rejects(new Error('Access Denied'));
    await expect(handler(gateRequest, context('image'))).rejects.toThrow('Access Denied');
  });

  test('logs one line that says gate, run and verdict, and not the request', async () => {
    await handler(gateRequest, context('image'));
    expect(log.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      { gate: 'image', runId: gateRequest.runId, verdict: 'error', reason: 'not implemented' },
    ]);
  });
});

describe('the bundle, as it is deployed', () => {
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      requests.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      response.end(request.method === 'GET' ? IMAGE : undefined);
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => { server.close(); });

  beforeEach(() => { requests.length = 0; });

  /** Runs the bundle in a Node of its own, against an S3 that this test is. */
  async function invoke(alias: string): Promise<string> {
    const bundle = join(__dirname, '../../assets/lambda/normalizer/index.js');
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', `
      require(process.argv[1]).handler(${JSON.stringify(gateRequest)}, { invokedFunctionArn: '${FUNCTION}:${alias}' })
        .catch((error) => console.log(error.message));
    `, bundle], {
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        NODE_NO_WARNINGS: '1',
        FINDINGS_BUCKET: 'findings',
        GATES,
      },
    });
    return stdout;
  }

  test('writes the same verdict, once', async () => {
    await invoke('image');
    const [, put] = requests;
    expect(put).toMatchObject({ method: 'PUT', url: expect.stringContaining(`/findings/${VERDICT_KEY}`), headers: { 'if-none-match': '*' } });
    expect(put.body).toContain('"verdict":"error","reason":"not implemented"');
  });

  test('refuses an alias that no gate has', async () => {
    expect(await invoke('dynamic')).toContain('no gate \'dynamic\' is registered with this normalizer');
    expect(requests).toEqual([]);
  });

  test('refuses a definition that is not the one that was deployed', async () => {
    expect(await invoke('code')).toContain('the definition of gate \'code\' is not the one that was deployed');
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
  });
});
