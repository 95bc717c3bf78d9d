import { CodePipelineClient, PutJobFailureResultCommand } from '@aws-sdk/client-codepipeline';
import type { CodePipelineEvent } from 'aws-lambda';

const codepipeline = new CodePipelineClient({});

/** Ends the action that waits for this function as failed. The event holds credentials and is never logged. */
export async function failPipelineJob(event: CodePipelineEvent, message: string): Promise<void> {
  await codepipeline.send(new PutJobFailureResultCommand({
    jobId: event['CodePipeline.job'].id,
    failureDetails: { type: 'JobFailed', message },
  }));
}
