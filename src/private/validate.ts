import { Token } from 'aws-cdk-lib';

/** What a message about a wrong prop must say. */
export interface InvalidProp {
  /** Name of the prop as the user writes it, e.g. `production.url`. */
  readonly prop: string;
  /** What must hold, e.g. `must be a DNS label`. */
  readonly rule: string;
  /** The value that was given. */
  readonly value?: unknown;
  /** What to change. */
  readonly remedy: string;
}

/** The error for a wrong prop: names the prop, the rule, the value and the remedy. */
export function invalid(fault: InvalidProp): Error {
  const got = 'value' in fault ? `, got ${render(fault.value)}` : '';
  return new Error(`'${fault.prop}' ${fault.rule}${got}; ${fault.remedy}`);
}

function render(value: unknown): string {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Tokens are not inspected: what synth cannot know cannot be wrong yet. */
export function isKnown(value: string | undefined): value is string {
  return value !== undefined && !Token.isUnresolved(value);
}

/** A DNS label by RFC 1123, the form of a Kubernetes namespace. */
export function requireDnsLabel(prop: string, value: string): void {
  if (isKnown(value) && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) {
    throw invalid({
      prop,
      rule: 'must be a DNS label (RFC 1123: lower-case letters, digits and hyphens, at most 63 characters)',
      value,
      remedy: 'use the name of the namespace as the cluster has it, like \'shop\'',
    });
  }
}

/** An account's id. */
export function requireAccountId(prop: string, value: string, remedy: string): void {
  if (isKnown(value) && !/^\d{12}$/.test(value)) {
    throw invalid({ prop, rule: 'must be an account id of 12 digits', value, remedy });
  }
}

/** The ids of gates are alias names, S3 prefixes and parts of construct ids at once. */
export function requireGateId(prop: string, value: string): void {
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(value)) {
    throw invalid({
      prop,
      rule: 'must be 2 to 32 lower-case letters, digits or hyphens and start with a letter',
      value,
      remedy: 'choose an id like \'licences\'',
    });
  }
}

/** An e-mail address that SNS could send to: one @, a dotted domain, no blanks or list separators. */
export function requireEmail(prop: string, value: string): void {
  if (isKnown(value) && !/^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/.test(value)) {
    throw invalid({
      prop,
      rule: 'must hold e-mail addresses',
      value,
      remedy: 'write one address per entry, like \'security@example.com\'',
    });
  }
}

/** An absolute http or https URL. */
export function requireHttpUrl(prop: string, value: string): void {
  if (!isKnown(value)) {
    return;
  }
  let parsed: URL | undefined;
  try {
    parsed = new URL(value);
  } catch {
    parsed = undefined;
  }
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw invalid({
      prop,
      rule: 'must be an absolute http or https URL',
      value,
      remedy: 'write it like \'https://staging.shop.example.com\'',
    });
  }
  if (parsed.username !== '' || parsed.password !== '') {
    // The value itself stays out of the message: it ends up in logs.
    throw invalid({ prop, rule: 'must not hold a user name or password', remedy: 'they would stand in the template in clear: take them from Secrets Manager' });
  }
}

/** A version that names one release for ever. */
export function requireExactVersion(prop: string, value: string): void {
  if (!isKnown(value)) {
    return;
  }
  if (!/\d/.test(value) || /^(latest|stable|main|master|edge|nightly)$/i.test(value) || /[*^~<>|\s]|\.x$/i.test(value)) {
    throw invalid({
      prop,
      rule: 'must name exactly one release',
      value,
      remedy: 'write the full version, like \'0.120.1\': what floats cannot be pinned',
    });
  }
}

/** A path within the repository that is built, as a job gets it. */
export function requireRepositoryPath(prop: string, path: string): void {
  if (isKnown(path) && (path.trim() === '' || /^[-/]/.test(path) || path.split('/').includes('..'))) {
    throw invalid({ prop, rule: 'must be a path within the repository', value: path, remedy: 'write it relative to the repository\'s root, like \'k8s/\'' });
  }
}

/** A SHA-256 in hex. */
export function requireSha256(prop: string, value: string | undefined): void {
  if (value === undefined || (isKnown(value) && !/^[0-9a-f]{64}$/.test(value))) {
    throw invalid({
      prop,
      rule: 'must be a SHA-256 of 64 lower-case hex digits',
      value,
      remedy: 'take it from the publisher\'s checksum file and compare it with a download of your own',
    });
  }
}

/** An action's configuration value may have at most 1,000 characters (CodePipeline's quotas). */
const MAXIMUM_ACTION_VALUE = 1000;

/** A value of an action's configuration, as far as synth knows its length. */
export function requireActionValue(prop: string, value: string, remedy: string): void {
  if (isKnown(value) && value.length > MAXIMUM_ACTION_VALUE) {
    throw invalid({
      prop,
      rule: `must take at most ${MAXIMUM_ACTION_VALUE} characters as an action's configuration value (CodePipeline's quotas)`,
      value: `${value.length} characters`,
      remedy,
    });
  }
}
