import { aws_iam as iam, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeWildcards, serviceRole } from './role-statements';

/** The role of a pipeline and of all its actions: one, because a role per action takes the policy past its limit. */
export function pipelineRole(scope: Construct, artifactBucket: s3.IBucket): iam.Role {
  const role = serviceRole(scope, 'PipelineRole', new iam.ServicePrincipal('codepipeline.amazonaws.com'), 'Role of the delivery pipeline and its actions');
  acknowledgeWildcards(role, 'What aws-cdk-lib grants a pipeline on its own artifact bucket and key',
    ['s3:GetObject*', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*', 's3:Abort*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
    [artifactBucket.arnForObjects('*')]);
  return role;
}
