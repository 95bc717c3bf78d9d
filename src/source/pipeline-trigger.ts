import { aws_codepipeline as codepipeline, aws_events as events, aws_events_targets as targets, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { serviceRole } from '../private/role-statements';

/** Props of `PipelineTrigger`. */
export interface PipelineTriggerProps {
  /** The pipeline to start. */
  readonly pipeline: codepipeline.IPipeline;

  /** Events that start it: `PipelineSourceConfig.triggerPattern`. */
  readonly pattern: events.EventPattern;
}

/** Starts a pipeline on the events of its source, for sources whose action brings no trigger of its own. */
export class PipelineTrigger extends Construct {
  constructor(scope: Construct, id: string, props: PipelineTriggerProps) {
    super(scope, id);
    const eventRole = serviceRole(this, 'Role', new iam.ServicePrincipal('events.amazonaws.com'), 'Starts the delivery pipeline');
    const rule = new events.Rule(this, 'Rule', {
      description: 'A commit starts the delivery pipeline',
      eventPattern: props.pattern,
      targets: [new targets.CodePipeline(props.pipeline, { eventRole })],
    });
    acknowledge(rule, 'EventBridge repeats for 24 hours; a start that was missed shows as a commit without a run, and the next commit contains it',
      'Serverless-EventBusDLQ');
  }
}
