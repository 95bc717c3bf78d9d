import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alertTopic, chunk, chunkId, notify, ownKey } from './alert-topic';
import {
  buildsOf, callPattern, functionsNamed, GLOBAL_REGIONS, keyNamed, named, projectsNamed, rulesOf, subscriptionsOf, trailNamed, WatchList,
} from './audit-patterns';
import { AuditTrailSource } from './audit-trail-source';
import { WATCHED_CALLS, WatchedCalls, WatchedResource } from './watched-api-calls';

/** What `AuditTrail` watches. */
export interface AuditTrailProps {
  /** The pipeline to watch. */
  readonly pipeline: codepipeline.IPipeline;

  /** The role of the pipeline; builds that it starts are not told. */
  readonly pipelineRole: iam.IRole;

  /**
   * Further roles that the pipeline assumes for its CodeBuild actions; builds that they start are not told.
   *
   * @default - only `pipelineRole` starts builds
   */
  readonly actionRoles?: iam.IRole[];

  /** The CodeBuild projects of the pipeline. */
  readonly projects: codebuild.IProject[];

  /**
   * The Lambda functions that decide in the pipeline, for example the findings normalizer.
   *
   * @default - no functions are watched
   */
  readonly functions?: lambda.IFunction[];

  /**
   * The repository of the released images.
   *
   * @default - no repository is watched
   */
  readonly repository?: ecr.IRepository;

  /**
   * The one role that pushes to `repository`; its pushes are not told.
   *
   * @default - every push is told
   */
  readonly pushRole?: iam.IRole;

  /**
   * The buckets with artifacts, reports and verdicts.
   *
   * @default - only the bucket of the trail that is made here is watched
   */
  readonly buckets?: s3.IBucket[];

  /**
   * The topics of approvals and notifications.
   *
   * @default - only the topic of the alerts is watched
   */
  readonly topics?: sns.ITopic[];

  /**
   * The names of the clusters that the pipeline deploys to, in the pipeline's account and Region.
   *
   * @default - no clusters are watched
   */
  readonly clusterNames?: string[];

  /**
   * The roles of the pipeline's projects and functions. IAM reports changes in one Region of the partition only: in any
   * other Region, put an `AuditEventForwarder` into that one.
   *
   * @default - only `pipelineRole`, `actionRoles` and `pushRole` are watched
   */
  readonly roles?: iam.IRole[];

  /**
   * The key of the pipeline, which is watched and encrypts the trail and the alert topic that are made here; its policy is
   * extended for them. The policy of an imported key must already admit CloudTrail, CloudWatch Logs and EventBridge.
   *
   * @default - a key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The topic to alert. It should be encrypted and refuse messages without TLS; the policy of its key must admit
   * `events.amazonaws.com`.
   *
   * @default - an encrypted topic that refuses messages without TLS
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * E-mail addresses that are alerted; each has to confirm its subscription once.
   *
   * @default - nobody is subscribed
   */
  readonly alertRecipients?: string[];

  /**
   * Where the record of API calls comes from.
   *
   * @default AuditTrailSource.newTrail()
   */
  readonly trail?: AuditTrailSource;
}

/**
 * Alerts within a minute or so when somebody makes an API call that could weaken or bypass a gate of one pipeline.
 *
 * Deployments by CloudFormation make such calls too and are told as what they are: a deployment that nobody planned is the
 * most convenient way around a gate.
 */
export class AuditTrail extends Construct {
  /** The topic that is alerted. */
  public readonly alertTopic: sns.ITopic;

  /** The EventBridge rules that watch. */
  public readonly rules: events.Rule[] = [];

  /** The trail that was made; nothing if the account's own is used. */
  public readonly trail?: cloudtrail.Trail;

  /** The bucket with the log files of the trail that was made; nothing if the account's own is used. */
  public readonly logBucket?: s3.Bucket;

  /**
   * @throws if `alertRecipients` holds something that is no e-mail address
   */
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const encryptionKey = props.encryptionKey ?? ownKey(this);
    this.alertTopic = alertTopic(this, {
      topic: props.alertTopic,
      encryptionKey,
      recipients: props.alertRecipients ?? [],
      recipientsProp: 'alertRecipients',
    });
    const source = (props.trail ?? AuditTrailSource.newTrail()).bind(new Construct(this, 'Record'), { encryptionKey });
    this.trail = source.trail;
    this.logBucket = source.logBucket;

    const watchLists = this.watchLists(props, encryptionKey);
    const starters = [props.pipelineRole, ...(props.actionRoles ?? [])];
    const trusted = { pipeline: starters, pusher: props.pushRole ? [props.pushRole] : [] };
    for (const watched of WATCHED_CALLS) {
      this.watch(watched, watchLists[watched.resource], watched.except ? trusted[watched.except] : [], props.pipeline);
    }
    this.remindOfForwarder();
  }

  private watchLists(props: AuditTrailProps, key: kms.IKey): { readonly [resource in WatchedResource]?: WatchList } {
    const { pipeline, projects, functions = [], repository, clusterNames = [], pushRole } = props;
    const buckets = [...(props.buckets ?? []), ...(this.logBucket ? [this.logBucket] : [])];
    const topicArns = [...new Set([this.alertTopic, ...(props.topics ?? [])].map((topic) => topic.topicArn))];
    const roles = [props.pipelineRole, ...(props.actionRoles ?? []), ...(pushRole ? [pushRole] : []), ...(props.roles ?? [])];
    return {
      pipeline: named([pipeline.pipelineName], 1),
      project: projectsNamed(projects),
      build: buildsOf(projects),
      function: functionsNamed(functions),
      repository: repository && named([repository.repositoryName], 1),
      cluster: named(clusterNames, 10),
      bucket: named(buckets.map((bucket) => bucket.bucketName), 20),
      key: keyNamed(key),
      topic: named(topicArns, 4),
      subscription: subscriptionsOf(topicArns),
      rule: rulesOf(Stack.of(this)),
      trail: this.trail && trailNamed(this.trail.trailArn),
      role: named([...new Set(roles.map((role) => role.roleName))], 20),
    };
  }

  private watch(watched: WatchedCalls, list: WatchList | undefined, trusted: iam.IRole[], pipeline: codepipeline.IPipeline): void {
    // The trail of the account has a name that nobody gave here: any trail may be it.
    const anywhere = watched.resource === 'account' || (watched.resource === 'trail' && !list);
    if (anywhere) {
      this.addRule(watched.id, { ...watched, field: undefined }, callPattern({ ...watched, field: undefined }, [], trusted), pipeline);
      return;
    }
    chunk(list?.resources ?? [], list?.perRule ?? 1).forEach((resources, index) => {
      this.addRule(chunkId(watched.id, index), watched, callPattern(watched, resources.flat(), trusted), pipeline);
    });
  }

  private addRule(id: string, watched: WatchedCalls, eventPattern: events.EventPattern, pipeline: codepipeline.IPipeline): void {
    const rule = new events.Rule(this, id, { description: watched.meaning, eventPattern });
    const detail = (path: string) => events.EventField.fromPath(`$.detail.${path}`);
    notify(rule, this.alertTopic, [
      `Security alert for pipeline ${pipeline.pipelineName}: ${watched.service} ${detail('eventName')}`,
      `Resource: ${watched.resource} ${watched.field ? detail(`requestParameters.${watched.field}`) : events.EventField.account}`,
      `Who: ${detail('userIdentity.type')} ${detail('userIdentity.arn')}`,
      `When: ${detail('eventTime')}`,
      `From: ${detail('sourceIPAddress')} (cloudformation.amazonaws.com is a deployment by CloudFormation)`,
      `Through a service (empty if none): ${detail('userIdentity.invokedBy')}`,
      `Error (empty if the call succeeded): ${detail('errorCode')}`,
      `Account and Region: ${events.EventField.account}, ${detail('awsRegion')}`,
      `What it can do: ${watched.meaning}`,
      `What to do: ${watched.remedy}`,
      `CloudTrail event: ${detail('eventID')}`,
    ]);
    this.rules.push(rule);
  }

  private remindOfForwarder(): void {
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && !GLOBAL_REGIONS.includes(region)) {
      Annotations.of(this).addInfo(
        'IAM reports changes of roles in one Region of the partition only: add an AuditEventForwarder to a stack there');
    }
  }
}
