import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { ReportFormat } from '../../src/findings/report-format';
import { SecretsGate, SecretsGateProps } from '../../src/gates/secrets-scan';
import { PipelineRun } from '../../src/jobs/pipeline-run';
import { PipelineSource } from '../../src/source/pipeline-source';
import { PipelineWorkspace, PipelineWorkspaceProps } from '../../src/workspace/pipeline-workspace';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

export function newStack(region: string = REGION): Stack {
  return new Stack(new App(), 'Shop', { env: { account: ACCOUNT, region } });
}

export function newWorkspace(stack: Stack, props?: PipelineWorkspaceProps): PipelineWorkspace {
  return new PipelineWorkspace(stack, 'Workspace', props);
}

/** Gates as the normalizer knows them, for what only demands their verdicts. */
export function registerGates(workspace: PipelineWorkspace, ...gateIds: string[]): void {
  gateIds.forEach((gateId) => workspace.normalizer.addGate(gateId, { reportFormat: ReportFormat.SARIF }));
}

/** The run that a checkout job of somebody's pipeline would export. */
export function newRun(): PipelineRun {
  return {
    runId: '#{Checkout.RUN_ID}',
    commitId: '#{Checkout.COMMIT_ID}',
    commitSha256: '#{Checkout.COMMIT_SHA256}',
    commitAuthorSha256: '#{Checkout.COMMIT_AUTHOR_SHA256}',
    repositoryName: 'shop',
    branchName: 'main',
    commitArtifact: new codepipeline.Artifact('Commit'),
  };
}

/** What key and bucket a construct needs that is used without a workspace. */
export function keyAndLogs(scope: Construct): { encryptionKey: kms.Key; accessLogsBucket: s3.Bucket } {
  return { encryptionKey: new kms.Key(scope, 'Key'), accessLogsBucket: new s3.Bucket(scope, 'AccessLogs') };
}

/** A pipeline of the user's own, one action a stage: what binds an action to its project and role. */
export function pipelineWith(workspace: PipelineWorkspace, ...actions: codepipeline.IAction[]): codepipeline.Pipeline {
  return new codepipeline.Pipeline(Stack.of(workspace), 'Pipeline', {
    artifactBucket: workspace.artifactBucket,
    crossAccountKeys: false,
    pipelineType: codepipeline.PipelineType.V2,
    usePipelineRoleForActions: true,
    stages: actions.map((action, index) => ({ stageName: `Stage${index + 1}`, actions: [action] })),
  });
}

/** The configuration of an action as CodePipeline gets it, after `pipelineWith()`. */
export function actionOf(stack: Stack, actionName: string): any {
  const [pipeline] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  return pipeline.Properties.Stages.flatMap((stage: any) => stage.Actions).find((action: any) => action.Name === actionName);
}

/** What an action tells its job of the run, by name. */
export function actionVariables(action: any): { [name: string]: string } {
  return Object.fromEntries(JSON.parse(action.Configuration.EnvironmentVariables).map(({ name, value }: any) => [name, value]));
}

/** The first two stages of a pipeline. */
export interface CheckedOut {
  readonly source: codepipeline.IAction;
  readonly checkout: SecretsGate;
}

/** A source action and the checkout, which emits the commit: what every other job comes after. */
export function checkedOut(workspace: PipelineWorkspace, props: Partial<SecretsGateProps> = {}): CheckedOut {
  const stack = Stack.of(workspace);
  const source = PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Source', 'shop')).bind(stack);
  return { source: source.action, checkout: new SecretsGate(stack, 'Secrets', { workspace, source, ...props }) };
}

/** A statement of a policy, with its resources as text: references as `<LogicalId.Attribute>`. */
export interface StatementOf {
  readonly sid?: string;
  readonly effect: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: any;
}

/** Every statement that a template gives a role, in whichever policy. */
export function statementsOf(role: iam.IRole): StatementOf[] {
  const stack = Stack.of(role);
  const roleId = logicalId(role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((each: { Ref: string }) => each.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.map(readable));
}

/** Statements that allow the action, by its exact name or by a wildcard. */
export function statementsAllowing(role: iam.IRole, action: string): StatementOf[] {
  return statementsOf(role).filter(({ actions }) => actions.some((each) =>
    new RegExp(`^${each.replace(/[.]/g, '\\.').replace(/\*/g, '.*')}$`, 'i').test(action)));
}

/** All actions that a role may do anywhere, sorted. */
export function actionsOf(role: iam.IRole): string[] {
  return [...new Set(statementsOf(role).flatMap(({ actions }) => actions))].sort();
}

export function readable(statement: any): StatementOf {
  return {
    sid: statement.Sid,
    effect: statement.Effect,
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat().map(flatten),
    conditions: statement.Condition,
  };
}

/** A value of a template as text: references as `<LogicalId.Attribute>`. */
export function flatten(value: any): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value.Ref !== undefined) {
    return `<${value.Ref}>`;
  }
  if (value['Fn::GetAtt']) {
    return `<${value['Fn::GetAtt'].join('.')}>`;
  }
  if (value['Fn::Join']) {
    return value['Fn::Join'][1].map(flatten).join(value['Fn::Join'][0]);
  }
  return JSON.stringify(value);
}

/** Logical id of the resource behind a construct. */
export function logicalId(construct: IConstruct): string {
  const child = construct.node.defaultChild ?? construct;
  return Stack.of(construct).resolve((child as any).logicalId);
}

/** Properties of the resource behind a construct, as the template has them. */
export function propertiesOf(construct: IConstruct): any {
  return Template.fromStack(Stack.of(construct)).toJSON().Resources[logicalId(construct)].Properties;
}

/** Environment variables of a CodeBuild project, by name. */
export function environmentOf(project: IConstruct): { [name: string]: { type: string; value: any } } {
  return Object.fromEntries((propertiesOf(project).Environment.EnvironmentVariables ?? []).map(({ Name, Type, Value }: any) =>
    [Name, { type: Type, value: flatten(Value) }]));
}

/** The buildspec of a CodeBuild project, with references as `<LogicalId.Attribute>`. */
export function buildspecOf(project: IConstruct): any {
  return JSON.parse(flatten(propertiesOf(project).Source.BuildSpec));
}

/** The tools that a job may install, from its buildspec. */
export function toolsOf(project: IConstruct): string[] {
  const command: string | undefined = buildspecOf(project).phases.install.commands.find((each: string) => each.includes('tools.json'));
  return command === undefined ? [] : [...new Set<string>(JSON.parse(/^printf '%s' '(.*)' > /.exec(command)![1]).map((tool: any) => tool.name))];
}

/** The definition of a gate as it is deployed: the asset that the normalizer's environment names. */
export function definitionOf(app: App, workspace: PipelineWorkspace, gateId: string): any {
  const gates = JSON.parse(propertiesOf(workspace.normalizer.function).Environment.Variables.GATES);
  return JSON.parse(readFileSync(join(app.synth().directory, `asset.${gates[gateId][1]}`), 'utf8'));
}
