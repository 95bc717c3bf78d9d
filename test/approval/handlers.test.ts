import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import type { CodePipelineEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as approverCheck } from '../../src/approval/approver-check.lambda';
import { handler as brief } from '../../src/approval/brief.lambda';

const JOB_ID = '11111111-abcd-1111-abcd-111111abcdef';

const EVENT = {
  'CodePipeline.job': {
    id: JOB_ID,
    accountId: '111122223333',
    data: {
      actionConfiguration: { configuration: { FunctionName: 'brief', UserParameters: '{"RUN_ID":"run-0001"}' } },
      inputArtifacts: [],
      outputArtifacts: [],
      artifactCredentials: { accessKeyId: 'ASIACREDENTIAL', secretAccessKey: 'TOP-SECRET', sessionToken: 'SESSION-TOKEN' },
    },
  },
} as unknown as CodePipelineEvent;

const codepipeline = mockClient(CodePipelineClient);

// What is not written yet stops the pipeline; when the handlers are, these tests go.
describe.each([['brief', brief], ['approver check', approverCheck]])('the %s, as long as it is not written', (_, handler) => {
  beforeEach(() => {
    codepipeline.reset();
    codepipeline.on(PutJobFailureResultCommand).resolves({});
  });
  afterEach(() => jest.restoreAllMocks());

  test('ends its action with error: not implemented', async () => {
    await handler(EVENT);

    expect(codepipeline.commandCalls(PutJobFailureResultCommand).map(({ args: [command] }) => command.input)).toEqual([
      { jobId: JOB_ID, failureDetails: { type: 'JobFailed', message: 'error: not implemented' } },
    ]);
  });

  test('never lets a run pass', async () => {
    await handler(EVENT);

    expect(codepipeline.commandCalls(PutJobSuccessResultCommand)).toEqual([]);
  });

  test('writes nothing of the event into its log: it holds credentials', async () => {
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const logged = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error'), jest.spyOn(console, 'debug')].map((spy) => spy.mockImplementation());
    await handler(EVENT);

    expect(JSON.stringify([written.mock.calls, ...logged.map((spy) => spy.mock.calls)])).not.toMatch(/TOP-SECRET|SESSION-TOKEN|ASIACREDENTIAL/);
  });

  test('fails itself if it cannot answer: the action ends by its timeout, not as passed', async () => {
    codepipeline.reset();
    codepipeline.on(PutJobFailureResultCommand).rejects(new Error('Throttled'));

    await expect(handler(EVENT)).rejects.toThrow('Throttled');
  });
});
