import { aws_codepipeline as codepipeline, aws_events as events, aws_events_targets as targets, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { serviceRole } from './role-statements';

export interface PipelineTriggerProps {
  readonly pipeline: codepipeline.IPipeline;
  readonly pattern: events.EventPattern;
}

/** Starts the pipeline on the events of its source. */
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
