import { ManagedRuleIdentifiers } from 'aws-cdk-lib/aws-config';

/** What AWS Config can check of a pipeline's resources. */
export enum ComplianceCheck {
  /** No AWS credentials in plain environment variables of the projects. */
  PROJECT_CREDENTIALS = 'PROJECT_CREDENTIALS',
  /** The projects write logs. */
  PROJECT_LOGGING = 'PROJECT_LOGGING',
  /** The projects encrypt their artifacts. */
  PROJECT_ARTIFACT_ENCRYPTION = 'PROJECT_ARTIFACT_ENCRYPTION',
  /** No project runs privileged, except those that must. */
  PROJECT_PRIVILEGED_MODE = 'PROJECT_PRIVILEGED_MODE',
  /** The repository's images are scanned. Not available in the China Regions. */
  REPOSITORY_SCANNING = 'REPOSITORY_SCANNING',
  /** The repository's tags are immutable. */
  REPOSITORY_IMMUTABILITY = 'REPOSITORY_IMMUTABILITY',
  /** The buckets refuse requests without TLS. */
  BUCKET_TLS = 'BUCKET_TLS',
  /** The buckets block public access. */
  BUCKET_PUBLIC_ACCESS = 'BUCKET_PUBLIC_ACCESS',
  /** The keys are rotated. */
  KEY_ROTATION = 'KEY_ROTATION',
  /** The trail's log files are validated. */
  TRAIL_VALIDATION = 'TRAIL_VALIDATION',
  /** The clusters' endpoints are not public. */
  CLUSTER_ENDPOINT = 'CLUSTER_ENDPOINT',
  /** The functions cannot be invoked by everybody. */
  FUNCTION_PUBLIC_ACCESS = 'FUNCTION_PUBLIC_ACCESS',
  /** The topics are encrypted. */
  TOPIC_ENCRYPTION = 'TOPIC_ENCRYPTION',
}

/** What a check is about. */
export type CheckedResource = 'project' | 'repository' | 'bucket' | 'key' | 'trail' | 'cluster' | 'function' | 'topic';

/** How AWS Config carries out one check. */
export interface ComplianceCheckRule {
  readonly check: ComplianceCheck;
  /** Construct id of the rule. */
  readonly id: string;
  readonly identifier: string;
  readonly resource: CheckedResource;
  /** On a change, the rule looks at the pipeline's resources by tag; a periodic rule looks at all of the Region and ignores tags. */
  readonly trigger: 'change' | 'periodic';
  readonly remedy: string;
  /** Partitions where AWS Config does not offer the rule, by its page in the AWS Config Developer Guide. */
  readonly missingIn?: string[];
}

const REDEPLOY = 'Deploy the CDK app again to undo the change.';

/** The checks, each an AWS Config managed rule. */
export const COMPLIANCE_CHECKS: ComplianceCheckRule[] = [
  {
    check: ComplianceCheck.PROJECT_CREDENTIALS,
    id: 'ProjectCredentials',
    identifier: ManagedRuleIdentifiers.CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK,
    resource: 'project',
    trigger: 'change',
    remedy: 'Remove the credentials from the project, and revoke them: they were readable.',
  },
  {
    check: ComplianceCheck.PROJECT_LOGGING,
    id: 'ProjectLogging',
    identifier: ManagedRuleIdentifiers.CODEBUILD_PROJECT_LOGGING_ENABLED,
    resource: 'project',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.PROJECT_ARTIFACT_ENCRYPTION,
    id: 'ProjectArtifactEncryption',
    identifier: ManagedRuleIdentifiers.CODEBUILD_PROJECT_ARTIFACT_ENCRYPTION,
    resource: 'project',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.PROJECT_PRIVILEGED_MODE,
    id: 'ProjectPrivilegedMode',
    identifier: ManagedRuleIdentifiers.CODEBUILD_PROJECT_ENVIRONMENT_PRIVILEGED_CHECK,
    resource: 'project',
    trigger: 'change',
    remedy: `Only the job that builds the image may run privileged. ${REDEPLOY}`,
  },
  {
    check: ComplianceCheck.REPOSITORY_SCANNING,
    id: 'RepositoryScanning',
    identifier: ManagedRuleIdentifiers.ECR_PRIVATE_IMAGE_SCANNING_ENABLED,
    resource: 'repository',
    trigger: 'periodic',
    remedy: 'Enable scanning on push or continuous scanning for the repository.',
    missingIn: ['aws-cn'],
  },
  {
    check: ComplianceCheck.REPOSITORY_IMMUTABILITY,
    id: 'RepositoryImmutability',
    identifier: ManagedRuleIdentifiers.ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED,
    resource: 'repository',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.BUCKET_TLS,
    id: 'BucketTls',
    identifier: ManagedRuleIdentifiers.S3_BUCKET_SSL_REQUESTS_ONLY,
    resource: 'bucket',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.BUCKET_PUBLIC_ACCESS,
    id: 'BucketPublicAccess',
    identifier: ManagedRuleIdentifiers.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED,
    resource: 'bucket',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.KEY_ROTATION,
    id: 'KeyRotation',
    identifier: ManagedRuleIdentifiers.CMK_BACKING_KEY_ROTATION_ENABLED,
    resource: 'key',
    trigger: 'periodic',
    remedy: 'Enable the rotation of the key again.',
  },
  {
    check: ComplianceCheck.TRAIL_VALIDATION,
    id: 'TrailValidation',
    identifier: ManagedRuleIdentifiers.CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED,
    resource: 'trail',
    trigger: 'periodic',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.CLUSTER_ENDPOINT,
    id: 'ClusterEndpoint',
    identifier: ManagedRuleIdentifiers.EKS_ENDPOINT_NO_PUBLIC_ACCESS,
    resource: 'cluster',
    trigger: 'periodic',
    remedy: 'Make the endpoint of the cluster private, or limit who may reach it and leave this check out.',
  },
  {
    check: ComplianceCheck.FUNCTION_PUBLIC_ACCESS,
    id: 'FunctionPublicAccess',
    identifier: ManagedRuleIdentifiers.LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED,
    resource: 'function',
    trigger: 'change',
    remedy: REDEPLOY,
  },
  {
    check: ComplianceCheck.TOPIC_ENCRYPTION,
    id: 'TopicEncryption',
    identifier: ManagedRuleIdentifiers.SNS_ENCRYPTED_KMS,
    resource: 'topic',
    trigger: 'change',
    remedy: REDEPLOY,
  },
];

/** CloudFormation types of what is checked, which a recorder must record. */
export const RECORDED_TYPES: { readonly [resource in CheckedResource]: string } = {
  project: 'AWS::CodeBuild::Project',
  repository: 'AWS::ECR::Repository',
  bucket: 'AWS::S3::Bucket',
  key: 'AWS::KMS::Key',
  trail: 'AWS::CloudTrail::Trail',
  cluster: 'AWS::EKS::Cluster',
  function: 'AWS::Lambda::Function',
  topic: 'AWS::SNS::Topic',
};
