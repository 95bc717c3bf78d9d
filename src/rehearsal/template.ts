/** The parts of a CloudFormation template that the rehearsal reads. */
export interface Template {
  readonly Resources: { readonly [logicalId: string]: Resource };
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: unknown };
}

export interface Stage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}

export interface Action {
  readonly Name: string;
  readonly RunOrder?: number;
  readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
  readonly Configuration?: { readonly [name: string]: unknown };
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): [logicalId: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The one pipeline of a template. */
export function pipelineOf(template: Template): Resource {
  const pipelines = resourcesOf(template, 'AWS::CodePipeline::Pipeline');
  if (pipelines.length !== 1) {
    throw new Error(`a template with exactly one pipeline is needed, and this one has ${pipelines.length}`);
  }
  return pipelines[0][1];
}

/** Logical id of the resource that an intrinsic points to. */
export function referenced(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { Ref: ref, 'Fn::GetAtt': getAtt, 'Fn::Select': select, 'Fn::Split': split, 'Fn::Join': join } = value as {
    'Ref'?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Select'?: [number, unknown]; 'Fn::Split'?: [string, unknown]; 'Fn::Join'?: [string, unknown[]];
  };
  return ref ?? getAtt?.[0] ?? (select && referenced(select[1])) ?? (split && referenced(split[1]))
    ?? join?.[1].map(referenced).find((id) => id !== undefined && !id.startsWith('AWS::'));
}

/** A value of a template as people read it: references in angle brackets. */
export function readable(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const { Ref: ref, 'Fn::GetAtt': getAtt, 'Fn::Join': join, 'Fn::Sub': sub, 'Fn::ImportValue': imported } = value as {
    'Ref'?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]]; 'Fn::Sub'?: string; 'Fn::ImportValue'?: unknown;
  };
  if (ref !== undefined) {
    return ref.startsWith('AWS::') ? ref.slice(5) : `<${ref}>`;
  }
  if (getAtt) {
    return `<${getAtt[0]}>`;
  }
  if (imported !== undefined) {
    return `<${readable(imported)}>`;
  }
  return join ? join[1].map(readable).join(join[0]) : sub ?? JSON.stringify(value);
}
