/**
 * The contracts between constructs, scanner jobs, Lambda functions and people: types (generated from schemas/),
 * validators, and the keys of the findings bucket. JSON Schemas are the source; examples/ holds one of each.
 */
import * as layout from './bucket-layout.json';
import { Evidence, GateDefinition, GateRequest, Verdict, WaiverList } from './types.generated';

export * from './types.generated';

interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly [name: string]: unknown };
}

interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

/** What assets/contracts.js exports: see build-tools/contracts.ts. */
interface GeneratedContracts {
  readonly gateRequest: Validator;
  readonly gateDefinition: Validator;
  readonly verdict: Validator;
  readonly waivers: Validator;
  readonly evidence: Validator;
  readonly parseYaml: (text: string) => unknown;
}

/** Loaded on first use: an app without a waiver file never pays for it at synth. */
function generated(): GeneratedContracts {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at every synth
  return require('../../assets/contracts.js');
}

/** A value that breaks its contract. The message lists every breach, with its place. */
export class ContractViolation extends Error {
  constructor(public readonly contract: string, public readonly breaches: readonly string[]) {
    super(`not a valid ${contract}: ${breaches.join('; ')}`);
    this.name = 'ContractViolation';
  }
}

function check<T>(contract: string, validator: Validator, value: unknown): T {
  if (validator(value)) {
    return value as T;
  }
  throw new ContractViolation(contract, describe(validator.errors ?? []));
}

function describe(errors: readonly SchemaError[]): string[] {
  // What an alternative lacks is no breach of its own: the alternatives are told together.
  const alternatives = (error: SchemaError) => errors.filter(({ instancePath, schemaPath }) =>
    instancePath === error.instancePath && schemaPath.startsWith(`${error.schemaPath}/`));
  const told = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !schemaPath.includes('/anyOf/'));
  return [...new Set(told.map((error) => {
    const place = error.instancePath === '' ? 'the document' : error.instancePath;
    switch (error.keyword) {
      case 'anyOf': return `${place} needs one of ${alternatives(error).map(({ params }) => `'${params.missingProperty}'`).join(', ')}`;
      case 'const': return `${place} must be ${JSON.stringify(error.params.allowedValue)}`;
      case 'additionalProperties': return `${place} has the unknown key '${error.params.additionalProperty}'`;
      case 'required': return `${place} lacks '${error.params.missingProperty}'`;
      case 'enum': return `${place} must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
      default: return `${place} ${error.message ?? error.keyword}`;
    }
  }))];
}

/** @throws ContractViolation */
export const parseGateRequest = (value: unknown): GateRequest => check('gate request', generated().gateRequest, value);
/** @throws ContractViolation */
export const parseGateDefinition = (value: unknown): GateDefinition => check('gate definition', generated().gateDefinition, value);
/** @throws ContractViolation */
export const parseVerdict = (value: unknown): Verdict => check('verdict', generated().verdict, value);
/** @throws ContractViolation */
export const parseEvidence = (value: unknown): Evidence => check('evidence', generated().evidence, value);

/**
 * Waivers from the text of a file: YAML, and so JSON too. Dates stay strings.
 *
 * @throws ContractViolation on text that is no YAML, unknown keys, missing fields and bad dates
 */
export function parseWaivers(text: string): WaiverList {
  let value: unknown;
  try {
    value = generated().parseYaml(text);
  } catch (error) {
    throw new ContractViolation('waiver list', [`no YAML or JSON: ${(error as Error).message.split('\n')[0]}`]);
  }
  return check('waiver list', generated().waivers, value);
}

type LayoutKey = keyof typeof layout.keys;

/** Key of an object in the findings bucket. Every part must be given; none may leave its place in the key. */
export function findingsKey(kind: LayoutKey, parts: { readonly [part: string]: string }): string {
  return layout.keys[kind].replace(/\{(\w+)\}/g, (_, part: string) => {
    const value = parts[part];
    if (value === undefined || !/^[A-Za-z0-9][A-Za-z0-9._:-]*$/.test(value)) {
      throw new Error(`'${part}' of a findings key must be letters, digits, '.', '_', ':' or '-', got '${value}'`);
    }
    return value;
  });
}

/** Pattern of keys for a policy: the parts that are given stand, all others are `*`. */
export function findingsKeyPattern(kind: LayoutKey, parts: { readonly [part: string]: string } = {}): string {
  return layout.keys[kind].replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '*');
}

/** The part of the keys that is before the first variable one, for rules over a whole kind, like `verdicts/`. */
export function findingsPrefix(kind: LayoutKey): string {
  return layout.keys[kind].split('{')[0];
}
