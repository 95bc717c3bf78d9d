import type { CodePipelineEvent } from 'aws-lambda';
import { failPipelineJob } from '../private/fail-pipeline-job.lambda-shared';

export async function handler(event: CodePipelineEvent): Promise<void> {
  await failPipelineJob(event, 'error: not implemented');
}
