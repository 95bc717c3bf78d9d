import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alertTopic, chunk, chunkId, notify } from './alert-topic';
import { pipelineConsoleUrl } from './console-links';
import { PipelineDashboard } from './pipeline-dashboard';
import { BUILD_FAILED_MESSAGE, DEFAULT_PIPELINE_EVENTS, PIPELINE_EVENT_MESSAGES, PipelineEvent } from './pipeline-events';
import { invalid } from '../private/validate';

/** A project name has at most 150 characters (CodeBuild quotas), so twelve fit into a pattern. */
const PROJECTS_PER_RULE = 12;

/** What `PipelineNotifications` is made of. */
export interface PipelineNotificationsProps {
  /** The pipeline to tell of; events of other pipelines are not matched. */
  readonly pipeline: codepipeline.IPipeline;

  /**
   * The pipeline's CodeBuild projects, whose failed builds are told and whose figures the dashboard shows.
   *
   * @default - no builds are told, and the dashboard has no build graphs
   */
  readonly projects?: codebuild.IProject[];

  /**
   * The pipeline's Lambda functions, whose errors and durations the dashboard shows.
   *
   * @default - the dashboard has no function graphs
   */
  readonly functions?: lambda.IFunction[];

  /**
   * What to tell of. The same event given twice counts once.
   *
   * @default - failed, stopped and succeeded executions, failed stages, failed actions and failed builds
   */
  readonly events?: PipelineEvent[];

  /**
   * E-mail addresses that are told; each has to confirm its subscription once.
   *
   * @default - nobody is subscribed
   */
  readonly recipients?: string[];

  /**
   * The topic to publish to. It should be encrypted and refuse messages without TLS; the policy of its key must admit
   * `events.amazonaws.com` with `kms:Decrypt` and `kms:GenerateDataKey*`.
   *
   * @default - an encrypted topic that refuses messages without TLS
   */
  readonly topic?: sns.ITopic;

  /**
   * The key of the topic that is made here; its policy is extended for EventBridge and CloudWatch. The policy of an
   * imported key cannot be extended and must admit both already. Unused when `topic` is given.
   *
   * @default - a key with yearly rotation, when a topic is made
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Tells people by e-mail what happens to one pipeline, in words, and shows it on a dashboard.
 */
export class PipelineNotifications extends Construct {
  /** The topic that the messages go to. */
  public readonly topic: sns.ITopic;

  /** The EventBridge rules, one per kind of event; more for builds if there are many projects. */
  public readonly rules: events.Rule[];

  /** The dashboard of the pipeline. */
  public readonly dashboard: PipelineDashboard;

  /**
   * @throws if `recipients` holds something that is no e-mail address
   * @throws if `events` is empty
   */
  constructor(scope: Construct, id: string, props: PipelineNotificationsProps) {
    super(scope, id);
    const { pipeline, projects = [] } = props;
    const wanted = new Set(props.events ?? DEFAULT_PIPELINE_EVENTS);
    if (wanted.size === 0) {
      throw invalid({
        prop: 'events',
        rule: 'must hold at least one event',
        value: props.events,
        remedy: 'leave it out for the usual events, or do not create PipelineNotifications',
      });
    }
    this.topic = alertTopic(this, {
      topic: props.topic,
      encryptionKey: props.encryptionKey,
      recipients: props.recipients ?? [],
      recipientsProp: 'recipients',
    });
    this.rules = [
      ...this.pipelineRules(pipeline, wanted),
      ...(wanted.has(PipelineEvent.BUILD_FAILED) ? this.buildRules(pipeline, projects) : []),
    ];
    this.dashboard = new PipelineDashboard(this, 'Dashboard', { pipeline, projects, functions: props.functions });
  }

  private pipelineRules(pipeline: codepipeline.IPipeline, wanted: Set<PipelineEvent>): events.Rule[] {
    return Object.entries(PIPELINE_EVENT_MESSAGES)
      .filter(([event]) => wanted.has(event as PipelineEvent))
      .map(([, message]) => {
        const rule = new events.Rule(this, message.id, {
          description: message.headline,
          eventPattern: {
            source: ['aws.codepipeline'],
            detailType: [message.detailType],
            detail: { pipeline: [pipeline.pipelineName], state: [message.state] },
          },
        });
        notify(rule, this.topic, [
          `${message.headline}: ${pipeline.pipelineName}`,
          ...message.details,
          `Execution: ${events.EventField.fromPath('$.detail.execution-id')}`,
          ...this.closing(message.advice, pipeline),
        ]);
        return rule;
      });
  }

  private buildRules(pipeline: codepipeline.IPipeline, projects: codebuild.IProject[]): events.Rule[] {
    return chunk(projects, PROJECTS_PER_RULE).map((some, index) => {
      const rule = new events.Rule(this, chunkId('BuildFailed', index), {
        description: BUILD_FAILED_MESSAGE.headline,
        eventPattern: {
          source: ['aws.codebuild'],
          detailType: ['CodeBuild Build State Change'],
          detail: {
            'build-status': ['FAILED', 'FAULT', 'TIMED_OUT'],
            'project-name': some.map((project) => project.projectName),
          },
        },
      });
      notify(rule, this.topic, [
        `${BUILD_FAILED_MESSAGE.headline}: ${pipeline.pipelineName}`,
        ...BUILD_FAILED_MESSAGE.details,
        ...this.closing(BUILD_FAILED_MESSAGE.advice, pipeline),
      ]);
      return rule;
    });
  }

  private closing(advice: string, pipeline: codepipeline.IPipeline): (string | undefined)[] {
    const url = pipelineConsoleUrl(pipeline);
    return [
      `When: ${events.EventField.time}`,
      `Account and Region: ${events.EventField.account}, ${events.EventField.region}`,
      `What to do: ${advice}`,
      url && `Pipeline: ${url}`,
    ];
  }
}
