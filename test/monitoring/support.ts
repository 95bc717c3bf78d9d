import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';

/** A Region of each partition. */
export const REGIONS = { 'aws': 'eu-central-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };

export function stackIn(region?: string): Stack {
  return new Stack(new App(), 'Shop', { env: region ? { account: '111122223333', region } : undefined });
}

export function importedPipeline(stack: Stack): codepipeline.IPipeline {
  return codepipeline.Pipeline.fromPipelineArn(stack, 'Pipeline', stack.formatArn({ service: 'codepipeline', resource: 'shop' }));
}

export function importedRole(stack: Stack, id: string): iam.IRole {
  return iam.Role.fromRoleArn(stack, id, `arn:${stack.partition}:iam::111122223333:role/${id}`);
}

export function importedProjects(stack: Stack, ...names: string[]): codebuild.IProject[] {
  return names.map((name) => codebuild.Project.fromProjectName(stack, name, name));
}

/** Violations of all packs in words, so that a failing test shows what to do. */
export function nagViolations(scope: IConstruct): string[] {
  const packs = [
    new AwsSolutionsChecks(), new NIST80053R5Checks(), new HIPAASecurityChecks(), new PCIDSS321Checks(), new ServerlessChecks(),
  ];
  return packs.flatMap((pack) => pack.validateScope(scope).violations.map((violation) =>
    `${violation.ruleName}: ${violation.violatingResources.map((resource) => resource.constructPath).join(', ')}`));
}

/** An EventBridge rule of a template. */
export interface EventRule {
  readonly id: string;
  readonly pattern: any;
  /** The message as EventBridge gets it. */
  readonly text: string;
}

/** The rules of a template, as CloudFormation gets them. */
export function eventRules(stack: Stack): EventRule[] {
  return Object.entries(Template.fromStack(stack).findResources('AWS::Events::Rule')).map(([id, { Properties }]) => ({
    id,
    pattern: Properties.EventPattern,
    text: deployed(Properties.Targets[0].InputTransformer?.InputTemplate),
  }));
}

/** What a value of a template becomes when it is deployed; names that CloudFormation generates are as long as they can be. */
export function deployed(value: any): any {
  if (Array.isArray(value)) {
    return value.map(deployed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[key, argument]] = Object.entries<any>(value);
  switch (key) {
    case 'Ref': return argument === 'AWS::Partition' ? 'aws-us-gov' : argument.padEnd(64, 'x');
    case 'Fn::GetAtt': return `arn:aws-us-gov:service:us-gov-west-1:111122223333:type/${argument[0].padEnd(128, 'x')}`;
    case 'Fn::Join': return deployed(argument[1]).join(argument[0]);
    case 'Fn::Split': return deployed(argument[1]).split(argument[0]);
    case 'Fn::Select': return deployed(argument[1])[argument[0]];
    default: return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, deployed(inner)]));
  }
}
