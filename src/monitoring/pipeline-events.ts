import { EventField } from 'aws-cdk-lib/aws-events';

/** What can happen to a pipeline that people may want to be told of. */
export enum PipelineEvent {
  /** An execution failed. */
  EXECUTION_FAILED = 'EXECUTION_FAILED',
  /** An execution went through all stages. */
  EXECUTION_SUCCEEDED = 'EXECUTION_SUCCEEDED',
  /** Somebody stopped an execution. */
  EXECUTION_STOPPED = 'EXECUTION_STOPPED',
  /** A newer execution overtook one that waited. */
  EXECUTION_SUPERSEDED = 'EXECUTION_SUPERSEDED',
  /** A stage failed. */
  STAGE_FAILED = 'STAGE_FAILED',
  /** An action failed, for example a gate, or the approval was rejected. */
  ACTION_FAILED = 'ACTION_FAILED',
  /** A build of one of the pipeline's projects failed, timed out or could not start, whoever started it. */
  BUILD_FAILED = 'BUILD_FAILED',
}

/** Superseded is left out: it is the usual fate of a commit that was followed by another. */
export const DEFAULT_PIPELINE_EVENTS = [
  PipelineEvent.EXECUTION_FAILED,
  PipelineEvent.EXECUTION_STOPPED,
  PipelineEvent.EXECUTION_SUCCEEDED,
  PipelineEvent.STAGE_FAILED,
  PipelineEvent.ACTION_FAILED,
  PipelineEvent.BUILD_FAILED,
];

/** How an event of a pipeline is recognised and told. */
export interface PipelineEventMessage {
  readonly id: string;
  readonly detailType: string;
  readonly state: string;
  readonly headline: string;
  readonly details: string[];
  readonly advice: string;
}

const field = (path: string) => EventField.fromPath(`$.detail.${path}`);

const EXECUTION = 'CodePipeline Pipeline Execution State Change';
const EXECUTION_DETAILS = [`State: ${field('state')}`];

/** The messages about the pipeline itself, by event. */
export const PIPELINE_EVENT_MESSAGES: { readonly [event: string]: PipelineEventMessage } = {
  [PipelineEvent.EXECUTION_FAILED]: {
    id: 'ExecutionFailed',
    detailType: EXECUTION,
    state: 'FAILED',
    headline: 'The pipeline failed',
    details: EXECUTION_DETAILS,
    advice: 'Open the pipeline and read the failed action. Nothing after the failed stage was changed.',
  },
  [PipelineEvent.EXECUTION_SUCCEEDED]: {
    id: 'ExecutionSucceeded',
    detailType: EXECUTION,
    state: 'SUCCEEDED',
    headline: 'The pipeline succeeded',
    details: EXECUTION_DETAILS,
    advice: 'Nothing.',
  },
  [PipelineEvent.EXECUTION_STOPPED]: {
    id: 'ExecutionStopped',
    detailType: EXECUTION,
    state: 'STOPPED',
    headline: 'Somebody stopped the pipeline',
    details: EXECUTION_DETAILS,
    advice: 'If you do not know why, find StopPipelineExecution in CloudTrail. Release the change again when the reason is gone.',
  },
  [PipelineEvent.EXECUTION_SUPERSEDED]: {
    id: 'ExecutionSuperseded',
    detailType: EXECUTION,
    state: 'SUPERSEDED',
    headline: 'A newer execution replaced this one',
    details: EXECUTION_DETAILS,
    advice: 'Nothing: the newer execution holds this change too.',
  },
  [PipelineEvent.STAGE_FAILED]: {
    id: 'StageFailed',
    detailType: 'CodePipeline Stage Execution State Change',
    state: 'FAILED',
    headline: 'A stage of the pipeline failed',
    details: [`Stage: ${field('stage')}`, ...EXECUTION_DETAILS],
    advice: 'Open the stage and read its failed action. A retry does not change what a gate found.',
  },
  [PipelineEvent.ACTION_FAILED]: {
    id: 'ActionFailed',
    detailType: 'CodePipeline Action Execution State Change',
    state: 'FAILED',
    headline: 'An action of the pipeline failed',
    details: [
      `Stage: ${field('stage')}`,
      `Action: ${field('action')} (${field('type.category')}, ${field('type.provider')})`,
      ...EXECUTION_DETAILS,
      `Reason: ${field('execution-result.external-execution-summary')}`,
    ],
    advice: 'Read the log of the action. A failed gate names the findings that block; fix them, or waive them where the policy is kept.',
  },
};

/** How a failed build is told. */
export const BUILD_FAILED_MESSAGE = {
  headline: 'A build of the pipeline failed',
  details: [
    `Project: ${field('project-name')}`,
    `State: ${field('build-status')}`,
    `Build: ${field('build-id')}`,
    `Started by: ${field('additional-information.initiator')}`,
    `Log: ${field('additional-information.logs.deep-link')}`,
  ],
  advice: 'Read the log. A build that the pipeline did not start is no part of a release: ask who started it.',
};
