import { Action, pipelineOf, readable, referenced, Resource, resourcesOf, Stage, Statement, Template } from './template';

/** What a pipeline does and what each of its jobs may do, read from its template. */
export function describePipeline(template: Template): string {
  const properties = pipelineOf(template).Properties as { Stages: Stage[]; ExecutionMode?: string; PipelineType?: string };
  const lines = [`Pipeline (${properties.PipelineType}, ${properties.ExecutionMode ?? 'SUPERSEDED'})`, ''];
  for (const stage of properties.Stages) {
    lines.push(stage.Name);
    for (const action of [...stage.Actions].sort((one, other) => (one.RunOrder ?? 1) - (other.RunOrder ?? 1))) {
      lines.push(`  ${action.RunOrder ?? 1}  ${action.Name}${describeAction(template, action)}`);
    }
  }
  lines.push('', 'What each job may do', '');
  for (const stage of properties.Stages) {
    for (const action of stage.Actions) {
      const role = roleOf(template, action);
      if (role) {
        lines.push(`${stage.Name}/${action.Name} as ${role}`, ...describeRole(template, role), '');
      }
    }
  }
  return lines.join('\n');
}

function describeAction(template: Template, action: Action): string {
  const { Category: category, Provider: provider } = action.ActionTypeId;
  const project = runs(template, action);
  const { GATE_ID: gate, SCANNER_NAME: scanner } = environmentOf(project);
  const what = gate === undefined ? '' : `  gate '${gate}'${scanner === undefined ? '' : ` by ${scanner}`}`;
  const privileged = (project?.Properties?.Environment as { PrivilegedMode?: boolean } | undefined)?.PrivilegedMode ? '  (privileged)' : '';
  return `  ${category}/${provider}${what}${privileged}`;
}

/** The project or function that an action runs. */
function runs(template: Template, action: Action): Resource | undefined {
  const { ProjectName: project, FunctionName: name } = action.Configuration ?? {};
  const logicalId = referenced(project ?? name);
  return logicalId === undefined ? undefined : template.Resources[logicalId];
}

function environmentOf(resource: Resource | undefined): { readonly [name: string]: string | undefined } {
  const { Environment: environment } = (resource?.Properties ?? {}) as {
    Environment?: { EnvironmentVariables?: { Name: string; Value: unknown }[]; Variables?: { [name: string]: unknown } };
  };
  const variables = environment?.EnvironmentVariables?.map(({ Name, Value }) => [Name, Value] as const)
    ?? Object.entries(environment?.Variables ?? {});
  return Object.fromEntries(variables.map(([name, value]) => [name, readable(value)]));
}

function roleOf(template: Template, action: Action): string | undefined {
  const resource = runs(template, action);
  return referenced(resource?.Properties?.ServiceRole ?? resource?.Properties?.Role);
}

function describeRole(template: Template, role: string): string[] {
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, policy]) => (policy.Properties!.Roles as unknown[]).some((each) => referenced(each) === role))
    .flatMap(([, policy]) => (policy.Properties!.PolicyDocument as { Statement: Statement[] }).Statement)
    .map((statement) => {
      const actions = [statement.Action].flat().join(', ');
      const resources = [statement.Resource].flat().map(readable).join(', ');
      return `  ${statement.Effect === 'Deny' ? 'never ' : ''}${actions}\n      on ${resources}`;
    });
}
