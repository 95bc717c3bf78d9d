import {
  aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_iam as iam, aws_lambda as lambda, aws_sns as sns,
  Duration, Lazy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RequiredGates } from '../gates/required-gates';
import { PipelineRun, runVariables } from '../jobs/pipeline-run';
import { alertTopic } from '../monitoring/alert-topic';
import { HandlerFunction } from '../private/handler-function';
import { ANSWER_PIPELINE, LambdaAction, PIPELINE_WAITS } from '../private/lambda-action';
import { acknowledgeInlinePolicies, allow } from '../private/role-statements';
import { invalid } from '../private/validate';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Whether the author of a commit may approve it. */
export enum ApproverRule {
  /** Everybody whom IAM lets approve. */
  ANYONE = 'ANYONE',
  /** Not the author: after the approval the pipeline compares the approver's session or user name with the commit's author, and stops if they are one. Only holds where sessions or users are named by the e-mail address that commits carry; git itself lets an author choose any. */
  NOT_THE_AUTHOR = 'NOT_THE_AUTHOR',
}

/** Options of the approval. */
export interface ApprovalOptions {
  /**
   * E-mail addresses of the approvers. Each gets a mail to confirm the subscription first.
   *
   * @default - none, which needs a topic
   */
  readonly approvalRecipients?: string[];

  /**
   * Topic that takes the requests for approval.
   *
   * @default - a new one, encrypted with the workspace's key
   */
  readonly approvalTopic?: sns.ITopic;

  /**
   * How long an approval may take, from 5 minutes to 60 days (CodePipeline's quotas). After that the run fails.
   *
   * @default Duration.hours(24)
   */
  readonly approvalTimeout?: Duration;

  /**
   * Whether the author of the commit may approve.
   *
   * @default ApproverRule.ANYONE
   */
  readonly approverRule?: ApproverRule;
}

/** Props of `ProductionApproval`. */
export interface ProductionApprovalProps extends ApprovalOptions {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that is approved. */
  readonly run: PipelineRun;

  /** The gates whose verdicts the brief sums up. */
  readonly requiredGates: RequiredGates;
}

/**
 * Asks for approval by e-mail. A brief from the verdicts (commit, digest, counts, what was waived, which gate only
 * audits, a link to the run's report) is written first, in the same stage, so that the mail suffices by itself.
 */
export class ProductionApproval extends Construct {
  /** Topic that takes the requests for approval. */
  public readonly topic: sns.ITopic;

  /** The function that writes the brief. */
  public readonly briefFunction: lambda.IFunction;

  /**
   * The function that compares the approver with the author.
   *
   * @default - none: everybody whom IAM lets approve may do so
   */
  public readonly approverCheckFunction?: lambda.IFunction;

  /** The pipeline actions, in run order: brief, approval, and the check of the approver if there is one. */
  public readonly actions: codepipeline.IAction[];

  private readonly approvalAction: actions.ManualApprovalAction;
  private readonly workspace: PipelineWorkspace;

  constructor(scope: Construct, id: string, props: ProductionApprovalProps) {
    super(scope, id);
    const { workspace } = props;
    this.workspace = workspace;
    const recipients = props.approvalRecipients ?? [];
    if (recipients.length === 0 && !props.approvalTopic) {
      throw invalid({
        prop: 'approvalRecipients',
        rule: 'must name at least one approver, unless an \'approvalTopic\' is given',
        value: props.approvalRecipients,
        remedy: 'give an address like [\'security@example.com\'], or a topic that somebody reads',
      });
    }
    const timeout = props.approvalTimeout ?? Duration.hours(24);
    const minutes = timeout.toMinutes({ integral: false });
    if (!Number.isInteger(minutes) || minutes < 5 || minutes > 60 * 24 * 60) {
      throw invalid({ prop: 'approvalTimeout', rule: 'must be whole minutes, from 5 minutes to 60 days (CodePipeline quotas)', value: timeout.toHumanString(), remedy: 'the default is 24 hours' });
    }

    this.topic = alertTopic(this, {
      topic: props.approvalTopic, encryptionKey: workspace.encryptionKey, recipients, recipientsProp: 'approvalRecipients',
    });

    const brief = this.createHandler('Brief', 'brief', 'Writes the brief of an approval from the verdicts of the run', props.requiredGates);
    workspace.normalizer._grantWriteResults(brief.role, 'evidence', 'report');
    this.briefFunction = brief.function;
    const briefAction = new LambdaAction({
      actionName: 'Brief', runOrder: 1, function: brief.function, variablesNamespace: 'Brief', parameters: runVariables(props.run),
    });
    this.approvalAction = new actions.ManualApprovalAction({
      actionName: 'Approve',
      runOrder: 2,
      notificationTopic: this.topic,
      additionalInformation: '#{Brief.BRIEF}',
      timeout,
    });
    this.actions = [briefAction, this.approvalAction];
    if ((props.approverRule ?? ApproverRule.ANYONE) === ApproverRule.NOT_THE_AUTHOR) {
      const check = this.createHandler('ApproverCheck', 'approver-check', 'Stops a run that its own author approved', props.requiredGates);
      this.approverCheckFunction = check.function;
      this.actions.push(this.createApproverCheck(check, props.run));
    }
  }

  /**
   * Let a principal approve: answer the request, and read the reports that the brief links to.
   *
   * @param grantee who approves
   * @throws before the action was added to a pipeline
   */
  public grantApprove(grantee: iam.IGrantable): void {
    this.approvalAction.grantManualApproval(grantee);
    this.workspace.normalizer.grantReadReports(grantee);
  }

  private createHandler(id: string, bundle: string, description: string, requiredGates: RequiredGates): HandlerFunction {
    const { workspace } = this;
    const handler = new HandlerFunction(this, id, {
      bundle,
      description,
      encryptionKey: workspace.encryptionKey,
      memorySize: 512,
      failuresGoTo: PIPELINE_WAITS,
      timeout: Duration.minutes(2),
      environment: {
        FINDINGS_BUCKET: workspace.normalizer.bucket.bucketName,
        REQUIRED_GATES: Lazy.string({ produce: () => requiredGates._render() }),
      },
    });
    workspace.normalizer.grantReadVerdicts(handler.role);
    allow(handler.role, ANSWER_PIPELINE);
    return handler;
  }

  private createApproverCheck(check: HandlerFunction, run: PipelineRun): codepipeline.IAction {
    return new LambdaAction({
      actionName: 'ApproverCheck',
      runOrder: 3,
      function: check.function,
      parameters: { ...runVariables(run), COMMIT_AUTHOR_SHA256: run.commitAuthorSha256 },
      // A policy of its own: inside the role's default policy it would make pipeline and function depend on each other.
      onBound: (pipeline) => acknowledgeInlinePolicies(new iam.Policy(this, 'SeeApprover', {
        roles: [check.role],
        statements: [new iam.PolicyStatement({ actions: ['codepipeline:ListActionExecutions'], resources: [pipeline.pipelineArn] })],
      })),
    });
  }
}
