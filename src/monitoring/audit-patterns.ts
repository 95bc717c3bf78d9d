import { Arn, ArnFormat, Fn, Stack, Token } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { WatchedCalls } from './watched-api-calls';

/** The one Region of each partition to which IAM reports changes (IAM User Guide, "Logging IAM and AWS STS API calls"). */
export const GLOBAL_REGIONS = ['us-east-1', 'us-gov-west-1', 'cn-north-1'];

/** What EventBridge compares a field with: the whole of it, its beginning or its end. */
export type Matcher = string | { readonly prefix?: string; readonly suffix?: string };

/** The forms in which callers may name each of some resources, and how many resources fit into one pattern at their longest. */
export interface WatchList {
  readonly resources: Matcher[][];
  readonly perRule: number;
}

/** Names that callers write as they are. */
export function named(names: string[], perRule: number): WatchList {
  return { resources: names.map((name) => [name]), perRule };
}

/**
 * CodeBuild takes a project's name or ARN, and the ARN ends in the name. A name has at most 150 characters (CodeBuild quotas).
 * One matcher for both forms: a project of somebody else whose name ends alike is told rather than one of these missed.
 */
export function projectsNamed(projects: codebuild.IProject[]): WatchList {
  return { resources: projects.map(({ projectName }) => [{ suffix: projectName }]), perRule: 9 };
}

/** The id of a build is the project's name, a colon and a UUID. */
export function buildsOf(projects: codebuild.IProject[]): WatchList {
  return { resources: projects.map(({ projectName }) => [{ prefix: `${projectName}:` }]), perRule: 8 };
}

/** Lambda takes a name, a partial or full ARN, and a qualifier after either; a name has at most 64 characters. */
export function functionsNamed(functions: lambda.IFunction[]): WatchList {
  return {
    resources: functions.map((fn) => [
      fn.functionName,
      { suffix: `:${fn.functionName}` },
      { prefix: `${fn.functionName}:` },
      { prefix: `${fn.functionArn}:` },
    ]),
    perRule: 3,
  };
}

/** KMS takes a key's id or ARN. */
export function keyNamed(key: kms.IKey): WatchList {
  return { resources: [[key.keyId, key.keyArn]], perRule: 1 };
}

/** CloudTrail takes a trail's name or ARN. */
export function trailNamed(trailArn: string): WatchList {
  const name = Arn.split(trailArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
  return { resources: [[name, trailArn]], perRule: 1 };
}

/** The ids of a topic's subscriptions begin with the topic's ARN, which has at most 256 characters after its account. */
export function subscriptionsOf(topicArns: string[]): WatchList {
  return { resources: topicArns.map((arn) => [{ prefix: `${arn}:` }]), perRule: 4 };
}

/**
 * The rules of a stack, also the one that watches them: it cannot name itself, but CloudFormation begins every name that it
 * generates with the stack's. It shortens long ones, so only the beginning is compared.
 */
export function rulesOf(stack: Stack): WatchList {
  const prefix = Token.isUnresolved(stack.stackName) ? Fn.select(0, Fn.split('-', stack.stackName)) : stack.stackName.slice(0, 20);
  return { resources: [[{ prefix }]], perRule: 1 };
}

/** The pattern of one rule: these calls, on these resources, by anybody but the trusted roles. */
export function callPattern(watched: WatchedCalls, matchers: Matcher[], trusted: iam.IRole[]): events.EventPattern {
  return {
    source: [`aws.${watched.service}`],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventName: watched.calls.map((call) => call.endsWith('*') ? { prefix: call.slice(0, -1) } : call),
      ...(watched.field ? { requestParameters: nest(watched.field, matchers) } : {}),
      ...(trusted.length > 0 ? { $or: byOthersThan(trusted) } : {}),
    },
  };
}

/** A caller that is no role (a user, root) has no session issuer, and anything-but does not match what is absent. */
function byOthersThan(roles: iam.IRole[]): unknown[] {
  const issuer = 'userIdentity.sessionContext.sessionIssuer.arn';
  return [
    nest(issuer, [{ 'anything-but': roles.map((role) => role.roleArn) }]),
    nest(issuer, [{ exists: false }]),
  ];
}

function nest(path: string, value: unknown): { [key: string]: unknown } {
  const [first, ...rest] = path.split('.');
  return { [first]: rest.length > 0 ? nest(rest.join('.'), value) : value };
}
