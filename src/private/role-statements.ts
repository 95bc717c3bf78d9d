import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { acknowledge } from './acknowledge';

/** A statement of a role's policy. One with a wildcard says why. */
export interface RoleStatement {
  readonly sid?: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: { [operator: string]: { [key: string]: string | string[] } };
  /** Why actions or resources hold a `*`. */
  readonly wildcardsBecause?: string;
}

/** A role of the pipeline's own, whose policies are stated beside what they are for. */
export function serviceRole(scope: Construct, id: string, principal: iam.IPrincipal, description: string): iam.Role {
  const role = new iam.Role(scope, id, { assumedBy: principal, description: description.slice(0, 1000) });
  acknowledgeInlinePolicies(role);
  return role;
}

/** The rights of a role that nothing else uses belong into it: nobody can attach them elsewhere, and they go with it. */
export function acknowledgeInlinePolicies(construct: IConstruct): void {
  acknowledge(construct, 'The policy belongs to one role, can be attached to no other, and lives and dies with it',
    'NIST.800.53.R5-IAMNoInlinePolicy', 'HIPAA.Security-IAMNoInlinePolicy', 'PCI.DSS.321-IAMNoInlinePolicy');
}

/** Let a principal do something. Wildcards are acknowledged beside it, with their reason. */
export function allow(grantee: iam.IGrantable, ...statements: RoleStatement[]): void {
  for (const { wildcardsBecause, ...statement } of statements) {
    grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement(statement));
    if (wildcardsBecause !== undefined) {
      acknowledgeWildcards(grantee, wildcardsBecause, statement.actions, statement.resources);
    }
  }
}

/** Acknowledge the wildcards of what a principal may do, beside it or its policy. */
export function acknowledgeWildcards(grantee: iam.IGrantable | IConstruct, reason: string, actions: string[], resources: string[]): void {
  const principal: unknown = 'grantPrincipal' in grantee ? grantee.grantPrincipal : grantee;
  const construct = [principal, grantee].find((candidate) => Construct.isConstruct(candidate)) as IConstruct | undefined;
  if (!construct) {
    return; // A principal outside the construct tree has no template of its own.
  }
  const stack = Stack.of(construct);
  acknowledge(construct, reason,
    ...actions.filter((action) => action.includes('*')).map((action) => `AwsSolutions-IAM5[Action::${action}]`),
    ...resources.map((resource) => flatten(stack.resolve(resource))).filter((resource) => resource.includes('*'))
      .map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`));
}

/** A resolved ARN as rules name it: `<LogicalId.Arn>/*`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const intrinsic = value as { 'Ref'?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]]; 'Fn::ImportValue'?: unknown };
  if (intrinsic.Ref !== undefined) {
    return `<${intrinsic.Ref}>`;
  }
  if (intrinsic['Fn::GetAtt']) {
    return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  }
  if (intrinsic['Fn::Join']) {
    const [delimiter, parts] = intrinsic['Fn::Join'];
    return parts.map(flatten).join(delimiter);
  }
  return intrinsic['Fn::ImportValue'] !== undefined ? flatten(intrinsic['Fn::ImportValue']) : JSON.stringify(value);
}
