import { aws_eks as eks, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** One of the access policies of Amazon EKS, for one namespace. */
export function namespaceAccess(scope: IConstruct, policy: string, namespace: string): eks.CfnAccessEntry.AccessPolicyProperty {
  return {
    policyArn: `arn:${Stack.of(scope).partition}:eks::aws:cluster-access-policy/${policy}`,
    accessScope: { type: 'namespace', namespaces: [namespace] },
  };
}
