/** What a watched call is made on. */
export type WatchedResource =
  'pipeline' | 'project' | 'build' | 'function' | 'repository' | 'cluster' | 'bucket' | 'key' | 'topic' | 'subscription' |
  'rule' | 'trail' | 'role' | 'account';

/** Whose calls are part of the pipeline's work and therefore not told. */
export type TrustedCaller = 'pipeline' | 'pusher';

/** Calls that one EventBridge rule can watch: one service, one resource, one field that names it, one advice. */
export interface WatchedCalls {
  /** Construct id of the rule. */
  readonly id: string;
  /** The service as EventBridge names it after `aws.`. */
  readonly service: string;
  /** CloudTrail's names of the calls; a trailing * is a prefix (Lambda's carry dates, S3's differ from the API's). */
  readonly calls: string[];
  readonly resource: WatchedResource;
  /** Where in `requestParameters` the resource is named; without it, the call is on the account. */
  readonly field?: string;
  readonly except?: TrustedCaller;
  /** What the call can do to the gates. */
  readonly meaning: string;
  readonly remedy: string;
}

const COMPARE = 'If it was no planned change, undo it by deploying the CDK app again, and block the caller.';
const DISTRUST = 'If nobody of you did this, stop the pipeline and treat what it released since as unchecked.';

/**
 * The API calls that could weaken or bypass a gate. Reads and calls that only end something (StopBuild) are not here.
 *
 * EventBridge delivers a call within a minute or so after CloudTrail recorded it, also when it was denied.
 */
export const WATCHED_CALLS: WatchedCalls[] = [
  {
    id: 'PipelineChanged',
    service: 'codepipeline',
    calls: ['UpdatePipeline'],
    resource: 'pipeline',
    field: 'pipeline.name',
    meaning: 'Stages, gates and roles of the pipeline can be changed or removed.',
    remedy: COMPARE,
  },
  {
    id: 'PipelineDeleted',
    service: 'codepipeline',
    calls: ['DeletePipeline'],
    resource: 'pipeline',
    field: 'name',
    meaning: 'The pipeline is gone, and with it the way through the gates.',
    remedy: COMPARE,
  },
  {
    id: 'PipelineSteered',
    service: 'codepipeline',
    calls: [
      'PutApprovalResult',
      'DisableStageTransition',
      'EnableStageTransition',
      'OverrideStageCondition',
      'RollbackStage',
      'RetryStageExecution',
      'StopPipelineExecution',
    ],
    resource: 'pipeline',
    field: 'pipelineName',
    meaning: 'Somebody approved, held, resumed, overrode, rolled back, retried or stopped an execution by hand.',
    remedy: 'Check that the caller is a person who may do that, and is not the author of the change.',
  },
  {
    id: 'ProjectChanged',
    service: 'codebuild',
    calls: ['UpdateProject', 'DeleteProject'],
    resource: 'project',
    field: 'name',
    meaning: 'A gate\'s job can be replaced by one that checks nothing, or be given another role.',
    remedy: COMPARE,
  },
  {
    id: 'ProjectExposed',
    service: 'codebuild',
    calls: ['UpdateProjectVisibility'],
    resource: 'project',
    field: 'projectArn',
    meaning: 'Build logs and artifacts can become public.',
    remedy: COMPARE,
  },
  {
    id: 'ProjectTriggered',
    service: 'codebuild',
    calls: ['CreateWebhook', 'UpdateWebhook'],
    resource: 'project',
    field: 'projectName',
    meaning: 'A repository event can start a job outside the pipeline.',
    remedy: COMPARE,
  },
  {
    id: 'BuildStartedByOthers',
    service: 'codebuild',
    calls: ['StartBuild', 'StartBuildBatch', 'StartSandbox'],
    resource: 'project',
    field: 'projectName',
    except: 'pipeline',
    meaning: 'A job ran, or a shell was opened, with a project\'s role, and with a buildspec or variables of the caller\'s choice.',
    remedy: DISTRUST,
  },
  {
    id: 'BuildRetriedByOthers',
    service: 'codebuild',
    calls: ['RetryBuild', 'RetryBuildBatch'],
    resource: 'build',
    field: 'id',
    except: 'pipeline',
    meaning: 'A job ran again outside the pipeline.',
    remedy: DISTRUST,
  },
  {
    id: 'FunctionChanged',
    service: 'lambda',
    calls: [
      'UpdateFunctionCode*',
      'UpdateFunctionConfiguration*',
      'UpdateAlias*',
      'DeleteAlias*',
      'DeleteFunction*',
      'AddPermission*',
      'RemovePermission*',
      'PutFunctionConcurrency*',
      'PutFunctionEventInvokeConfig*',
      'UpdateFunctionEventInvokeConfig*',
      'CreateFunctionUrlConfig*',
    ],
    resource: 'function',
    field: 'functionName',
    meaning: 'Verdicts can be computed by other code, under another policy, or not at all.',
    remedy: COMPARE,
  },
  {
    id: 'ImagePushedByOthers',
    service: 'ecr',
    calls: ['PutImage'],
    resource: 'repository',
    field: 'repositoryName',
    except: 'pusher',
    meaning: 'An image that no gate has seen is in the repository.',
    remedy: 'If nobody of you did this, delete the image and compare the digests that run in the clusters with the verdicts.',
  },
  {
    id: 'RepositoryWeakened',
    service: 'ecr',
    calls: [
      'BatchDeleteImage',
      'DeleteRepository',
      'SetRepositoryPolicy',
      'DeleteRepositoryPolicy',
      'PutImageTagMutability',
      'PutImageScanningConfiguration',
      'PutLifecyclePolicy',
      'DeleteLifecyclePolicy',
    ],
    resource: 'repository',
    field: 'repositoryName',
    meaning: 'Images can be removed, replaced under their tag, pushed by others, or no longer be scanned.',
    remedy: COMPARE,
  },
  {
    id: 'RegistryScanningChanged',
    service: 'ecr',
    calls: ['PutRegistryScanningConfiguration', 'PutAccountSetting'],
    resource: 'account',
    meaning: 'The registry\'s own scan, for this and all repositories of the Region, can be switched off.',
    remedy: 'Check with aws ecr get-registry-scanning-configuration that the repository is still scanned.',
  },
  {
    id: 'ClusterAccessChanged',
    service: 'eks',
    calls: [
      'CreateAccessEntry',
      'UpdateAccessEntry',
      'DeleteAccessEntry',
      'AssociateAccessPolicy',
      'DisassociateAccessPolicy',
      'AssociateIdentityProviderConfig',
      'UpdateClusterConfig',
    ],
    resource: 'cluster',
    field: 'name',
    meaning: 'Somebody else can deploy to the cluster, past the pipeline, or its endpoint or log changed.',
    remedy: 'Compare the access entries of the cluster with those that you granted, and delete what you did not.',
  },
  {
    id: 'BucketWeakened',
    service: 's3',
    calls: ['PutBucket*', 'DeleteBucket*', 'PutPublicAccessBlock', 'DeletePublicAccessBlock', 'PutObjectLockConfiguration'],
    resource: 'bucket',
    field: 'bucketName',
    meaning: 'Artifacts, reports or verdicts can be read, replaced or lost.',
    remedy: COMPARE,
  },
  {
    id: 'KeyWeakened',
    service: 'kms',
    calls: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation'],
    resource: 'key',
    field: 'keyId',
    meaning: 'Others can read what the pipeline keeps, or nobody can any more.',
    remedy: 'A deletion can be taken back with aws kms cancel-key-deletion while its waiting period lasts.',
  },
  {
    id: 'TopicChanged',
    service: 'sns',
    calls: ['DeleteTopic', 'SetTopicAttributes', 'Subscribe', 'AddPermission', 'RemovePermission'],
    resource: 'topic',
    field: 'topicArn',
    meaning: 'Messages and approval requests can go to others, or to nobody.',
    remedy: COMPARE,
  },
  {
    id: 'SubscriptionChanged',
    service: 'sns',
    calls: ['Unsubscribe', 'SetSubscriptionAttributes'],
    resource: 'subscription',
    field: 'subscriptionArn',
    meaning: 'Somebody is not told any more.',
    remedy: 'Ask the recipient. Subscribe the address again by deploying the CDK app.',
  },
  {
    id: 'RuleChanged',
    service: 'events',
    calls: ['DisableRule', 'DeleteRule', 'PutRule'],
    resource: 'rule',
    field: 'name',
    meaning: 'Alerts, or triggers of the pipeline, can be switched off.',
    remedy: COMPARE,
  },
  {
    id: 'RuleTargetChanged',
    service: 'events',
    calls: ['RemoveTargets', 'PutTargets'],
    resource: 'rule',
    field: 'rule',
    meaning: 'Alerts, or triggers of the pipeline, can go elsewhere.',
    remedy: COMPARE,
  },
  {
    id: 'TrailChanged',
    service: 'cloudtrail',
    calls: ['StopLogging', 'DeleteTrail', 'UpdateTrail'],
    resource: 'trail',
    field: 'name',
    meaning: 'Calls are not recorded any more: these alerts end.',
    remedy: 'Start it again with aws cloudtrail start-logging, and ask who stopped it.',
  },
  {
    id: 'TrailSelectorsChanged',
    service: 'cloudtrail',
    calls: ['PutEventSelectors'],
    resource: 'trail',
    field: 'trailName',
    meaning: 'Calls can be left out of the record: these alerts end.',
    remedy: COMPARE,
  },
  {
    id: 'SecurityHubDisabled',
    service: 'securityhub',
    calls: ['DisableSecurityHub', 'DisableImportFindingsForProduct'],
    resource: 'account',
    meaning: 'Findings are not imported any more.',
    remedy: 'Enable Security Hub again; gates that could not import ended in error or kept their findings.',
  },
  {
    id: 'ConfigRecorderStopped',
    service: 'config',
    calls: ['StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel'],
    resource: 'account',
    meaning: 'Compliance rules get no results any more.',
    remedy: 'Start it again with aws configservice start-configuration-recorder.',
  },
  {
    id: 'RoleChanged',
    service: 'iam',
    calls: [
      'PutRolePolicy',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'UpdateAssumeRolePolicy',
      'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary',
      'DeleteRole',
    ],
    resource: 'role',
    field: 'roleName',
    meaning: 'A job can get rights that it should not have, or others can act as it.',
    remedy: COMPARE,
  },
];
