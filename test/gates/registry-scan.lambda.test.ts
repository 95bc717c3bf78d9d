import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import type { CodePipelineEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../src/gates/registry-scan.lambda';

const EVENT = {
  'CodePipeline.job': {
    id: '11111111-abcd-1111-abcd-111111abcdef',
    accountId: '111122223333',
    data: {
      actionConfiguration: { configuration: { FunctionName: 'registry-scan', UserParameters: '{"RUN_ID":"run-0001"}' } },
      inputArtifacts: [],
      outputArtifacts: [],
      artifactCredentials: { accessKeyId: 'ASIACREDENTIAL', secretAccessKey: 'TOP-SECRET', sessionToken: 'SESSION-TOKEN' },
    },
  },
} as unknown as CodePipelineEvent;

describe('the handler', () => {
  const codepipeline = mockClient(CodePipelineClient);

  beforeEach(() => codepipeline.reset());

  test('fails the action with error: not implemented', async () => {
    codepipeline.on(PutJobFailureResultCommand).resolves({});
    await handler(EVENT);
    expect(codepipeline.commandCalls(PutJobFailureResultCommand).map(({ args }) => args[0].input)).toEqual([{
      jobId: EVENT['CodePipeline.job'].id, failureDetails: { type: 'JobFailed', message: 'error: not implemented' },
    }]);
  });

  test('never answers with success', async () => {
    codepipeline.on(PutJobFailureResultCommand).resolves({});
    await handler(EVENT);
    expect(codepipeline.commandCalls(PutJobSuccessResultCommand)).toEqual([]);
  });

  test('fails if it cannot answer: the action then ends by its timeout, not in silence', async () => {
    codepipeline.on(PutJobFailureResultCommand).rejects(new Error('Throttled'));
    await expect(handler(EVENT)).rejects.toThrow('Throttled');
  });
});

test('the bundle, as it is deployed, fails the action too, and writes no credential and nothing of the event', async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      requests.push(`${request.headers['x-amz-target']} ${body}`);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const bundle = join(__dirname, '../../assets/lambda/registry-scan/index.js');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', `require(process.argv[1]).handler(${JSON.stringify(EVENT)})`, bundle], {
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        NODE_NO_WARNINGS: '1',
      },
    });
    expect(requests).toEqual([expect.stringMatching(/\.PutJobFailureResult \{.*"message":"error: not implemented"/)]);
    expect(stdout + stderr).not.toMatch(/TOP-SECRET|SESSION-TOKEN|ASIACREDENTIAL|run-0001/);
  } finally {
    server.close();
  }
});
