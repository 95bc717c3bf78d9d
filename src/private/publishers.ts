import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';

/** Let alarms and EventBridge rules publish to topics that a key encrypts. Without this they would fail silently. */
export function admitPublishers(key: kms.IKey): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com'), new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    // In a key policy, * is the key itself.
    resources: ['*'],
  }));
}
