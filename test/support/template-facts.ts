import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConstruct } from 'constructs';

/** A resource as the template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
}

export type Resources = { readonly [logicalId: string]: Resource };

/** A statement of a role's policies, intrinsics rendered as `<LogicalId.Arn>`. */
export interface Statement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: any;
}

export function resourcesOf(template: Template, type?: string): Resources {
  const all: Resources = template.toJSON().Resources;
  return Object.fromEntries(Object.entries(all).filter(([, resource]) => type === undefined || resource.Type === type));
}

/** A value with its intrinsics written out: `<LogicalId>`, `<LogicalId.Arn>`, joins joined. */
export function written(value: any): any {
  if (Array.isArray(value)) {
    return value.map(written);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries<any>(value);
  if (entries.length === 1) {
    const [[key, argument]] = entries;
    switch (key) {
      case 'Ref': return `<${argument}>`;
      case 'Fn::GetAtt': return `<${argument.join('.')}>`;
      case 'Fn::Join': return written(argument[1]).join(argument[0]);
      case 'Fn::Sub': return String(argument).replace(/\$\{([^}]+)\}/g, '<$1>');
      case 'Fn::ImportValue': return `<import ${written(argument)}>`;
      case 'Fn::Select': return `<select ${argument[0]} ${JSON.stringify(written(argument[1]))}>`;
      case 'Fn::Split': return `<split ${JSON.stringify(written(argument))}>`;
    }
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, written(inner)]));
}

export function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Everything that a role may do, over all policies that are attached to it. */
export function statementsOf(template: Template, roleId: string): Statement[] {
  const policies = Object.values({ ...resourcesOf(template, 'AWS::IAM::Policy'), ...resourcesOf(template, 'AWS::IAM::ManagedPolicy') });
  const role = resourcesOf(template)[roleId];
  return [
    ...policies.filter(({ Properties }) => list(Properties.Roles).some((attached: any) => attached.Ref === roleId))
      .flatMap(({ Properties }) => statementsIn(Properties.PolicyDocument)),
    ...list<any>(role?.Properties?.Policies).flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument)),
  ];
}

export function statementsIn(document: any): Statement[] {
  return list<any>(document.Statement).map((statement) => ({
    actions: list<string>(statement.Action),
    resources: list(written(statement.Resource)),
    ...(statement.Condition && { conditions: written(statement.Condition) }),
  }));
}

/** Logical id of a construct's resource. */
export function idOf(construct: IConstruct): string {
  const resource: any = construct.node.defaultChild ?? construct;
  return Stack.of(construct).getLogicalId(resource);
}

/** The one pipeline of a template. */
export function pipelineIn(template: Template): any {
  const [pipeline] = Object.values(resourcesOf(template, 'AWS::CodePipeline::Pipeline'));
  return pipeline.Properties;
}

/** An action of the pipeline in the words of the console. */
export interface PipelineAction {
  readonly stage: string;
  readonly name: string;
  readonly provider: string;
  readonly runOrder: number;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly namespace?: string;
  /** Logical id of the project or function that runs. */
  readonly runs?: string;
  readonly configuration: any;
  /** The variables that the job or function gets from the run. */
  readonly variables: { readonly [name: string]: string };
}

export function actionsIn(template: Template): PipelineAction[] {
  return pipelineIn(template).Stages.flatMap((stage: any) => stage.Actions.map((action: any) => ({
    stage: stage.Name,
    name: action.Name,
    provider: action.ActionTypeId.Provider,
    runOrder: action.RunOrder,
    inputs: list<any>(action.InputArtifacts).map(({ Name }) => Name),
    outputs: list<any>(action.OutputArtifacts).map(({ Name }) => Name),
    namespace: action.Namespace,
    runs: (action.Configuration?.ProjectName ?? action.Configuration?.FunctionName)?.Ref,
    configuration: action.Configuration,
    variables: variablesOf(action.Configuration ?? {}),
  })));
}

function variablesOf({ EnvironmentVariables, UserParameters }: any): { [name: string]: string } {
  if (EnvironmentVariables !== undefined) {
    return Object.fromEntries(JSON.parse(EnvironmentVariables).map(({ name, value }: any) => [name, value]));
  }
  return UserParameters === undefined ? {} : JSON.parse(written(UserParameters));
}

/** Environment variables of the project that an action runs, by their names. */
export function environmentOf(template: Template, projectId: string): { [name: string]: any } {
  const { Properties } = resourcesOf(template)[projectId];
  return Properties.Environment.EnvironmentVariables
    ? Object.fromEntries(list<any>(Properties.Environment.EnvironmentVariables).map(({ Name, Value }) => [Name, written(Value)]))
    : written(Properties.Environment.Variables ?? {});
}
