import { aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Let alarms and EventBridge rules publish to topics that a key encrypts. Without this they would fail silently. */
export function admitPublishers(key: kms.IKey): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com'), new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    // In a key policy, * is the key itself.
    resources: ['*'],
  }));
}

/** Let CloudWatch Logs of the stack's account and Region encrypt log groups with a key. */
export function admitLogs(scope: IConstruct, key: kms.IKey): iam.AddToResourcePolicyResult {
  const stack = Stack.of(scope);
  return key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: '*' }) } },
  }));
}
