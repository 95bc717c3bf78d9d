import * as fc from 'fast-check';
import { ContractViolation, parseEvidence, parseGateDefinition, parseGateRequest, parseVerdict, parseWaivers } from '../../src/contracts';
import evidence from '../../src/contracts/examples/evidence.json';
import gateDefinition from '../../src/contracts/examples/gate-definition.json';
import gateRequest from '../../src/contracts/examples/gate-request.json';
import verdict from '../../src/contracts/examples/verdict.json';
import waivers from '../../src/contracts/examples/waivers.json';

const SHA = 'a'.repeat(64);

const CONTRACTS = [
  { name: 'gate request', parse: parseGateRequest, example: gateRequest },
  { name: 'gate definition', parse: parseGateDefinition, example: gateDefinition },
  { name: 'verdict', parse: parseVerdict, example: verdict },
  { name: 'evidence', parse: parseEvidence, example: evidence },
  { name: 'waiver list', parse: (value: unknown) => parseWaivers(JSON.stringify(value)), example: waivers },
];

describe.each(CONTRACTS)('a $name', ({ name, parse, example }) => {
  test('like the example is accepted as it is', () => {
    expect(parse(example)).toEqual(example);
  });

  test.each(Object.keys(example).filter((key) => !['image', 'target', 'unsupportedImage'].includes(key)))('without \'%s\' is refused', (key) => {
    const { [key]: _, ...rest } = example as { [key: string]: unknown };
    expect(() => parse(rest)).toThrow(expect.objectContaining({ contract: name, breaches: expect.arrayContaining([`the document lacks '${key}'`]) }));
  });

  test('with a key that nobody knows is refused', () => {
    expect(() => parse({ ...example, gateOff: true })).toThrow(`not a valid ${name}: the document has the unknown key 'gateOff'`);
  });

  test.each([0, 2, '1', null])('of the version %p is refused', (version) => {
    expect(() => parse({ ...example, version })).toThrow(`not a valid ${name}: /version must be 1`);
  });

  test.each([null, 1, 'text', true, [[]]])('that is %j is refused', (value) => {
    expect(() => parse(value)).toThrow(`not a valid ${name}: the document must be object`);
  });

  test('of any JSON whatever is either accepted or a ContractViolation', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => acceptsOrViolates(parse, value)));
  });

  test('whose example was damaged anywhere is either accepted or a ContractViolation', () => {
    fc.assert(fc.property(fc.nat(), fc.jsonValue(), (place, value) => acceptsOrViolates(parse, replaceAt(example, place, value))));
  });
});

test('a violation lists every breach, each with its place', () => {
  const { runId, ...rest } = gateRequest;
  expect(() => parseGateRequest({ ...rest, report: { ...gateRequest.report, sha256: 'abc' }, extra: 1 })).toThrow(expect.objectContaining({
    name: 'ContractViolation',
    contract: 'gate request',
    breaches: expect.arrayContaining([
      'the document lacks \'runId\'',
      'the document has the unknown key \'extra\'',
      '/report/sha256 must match pattern "^[0-9a-f]{64}$"',
    ]),
  }));
});

describe('a gate request', () => {
  test.each([
    ['a SHA-256 in upper case', { report: { ...gateRequest.report, sha256: 'A'.repeat(64) } }, '/report/sha256 must match pattern "^[0-9a-f]{64}$"'],
    ['a short SHA-256', { report: { ...gateRequest.report, sha256: 'abc' } }, '/report/sha256 must match pattern "^[0-9a-f]{64}$"'],
    ['a digest without its algorithm', { image: { ...gateRequest.image, digest: SHA } }, '/image/digest must match pattern "^sha256:[0-9a-f]{64}$"'],
    ['a run id that leaves its place in a key', { runId: '../../verdicts' }, '/runId must match pattern "^[A-Za-z0-9][A-Za-z0-9-]{7,63}$"'],
    ['a report without its S3 version', { report: { key: 'raw/image/run/grype.json', sha256: SHA } }, '/report lacks \'versionId\''],
    ['a gate that the request names itself', { gate: 'code' }, 'the document has the unknown key \'gate\''],
    ['the report itself', { report: { ...gateRequest.report, body: '{}' } }, '/report has the unknown key \'body\''],
    ['a scanner without a name', { scanner: { name: '', version: '1' } }, '/scanner/name must NOT have fewer than 1 characters'],
  ])('with %s is refused', (_, part, message) => {
    expect(() => parseGateRequest({ ...gateRequest, ...part })).toThrow(`not a valid gate request: ${message}`);
  });

  test('of a dynamic scan names its target and no image', () => {
    const { image, ...rest } = gateRequest;
    expect(parseGateRequest({ ...rest, target: 'https://staging.example.com' })).not.toHaveProperty('image');
  });
});

describe('a verdict', () => {
  const passed = { ...verdict, verdict: 'pass', blocking: [], blockingTotal: 0 };

  test('that passes without blocking findings is accepted', () => {
    expect(parseVerdict(passed).verdict).toBe('pass');
  });

  test('cannot pass with a blocking finding', () => {
    expect(() => parseVerdict({ ...verdict, verdict: 'pass' })).toThrow(
      'not a valid verdict: /blockingTotal must be 0; /blocking must NOT have more than 0 items');
  });

  test('cannot pass with a count of blocking findings alone', () => {
    expect(() => parseVerdict({ ...passed, blockingTotal: 1 })).toThrow('not a valid verdict: /blockingTotal must be 0');
  });

  test('can pass with blocking findings if the gate only audits, and says that it does', () => {
    expect(parseVerdict({ ...verdict, verdict: 'pass', auditOnly: true }).auditOnly).toBe(true);
  });

  test.each([
    ['a word of its own', { verdict: 'skipped' }, '/verdict must be one of pass, fail, error'],
    ['no reason', { reason: '' }, '/reason must NOT have fewer than 1 characters'],
    ['a negative count', { waived: -1 }, '/waived must be >= 0'],
    ['half a finding', { imported: 0.5 }, '/imported must be integer'],
    ['more than 50 blocking findings', { blocking: Array(51).fill(verdict.blocking[0]), blockingTotal: 51 }, '/blocking must NOT have more than 50 items'],
    ['an unknown severity', { blocking: [{ ...verdict.blocking[0], severity: 'BAD' }] },
      '/blocking/0/severity must be one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL'],
    ['a gate id that is no alias name', { gate: 'Image' }, '/gate must match pattern "^[a-z][a-z0-9-]{1,31}$"'],
    ['a policy hash that is none', { policySha256: 'none' }, '/policySha256 must match pattern "^[0-9a-f]{64}$"'],
  ])('with %s is refused', (_, part, message) => {
    expect(() => parseVerdict({ ...verdict, ...part })).toThrow(`not a valid verdict: ${message}`);
  });
});

describe('evidence', () => {
  test.each([
    ['a tag instead of the digest', { digest: 'latest' }, '/digest must match pattern "^sha256:[0-9a-f]{64}$"'],
    ['a tag without commit and run', { tag: 'v1' }, '/tag must match pattern "^[0-9a-f]{12}-[A-Za-z0-9]{8}$"'],
    ['no gate', { gates: [] }, '/gates must NOT have fewer than 1 items'],
    ['a deployment at no time', { deployments: [{ ...evidence.deployments[0], at: 'yesterday' }] }, '/deployments/0/at must match format "date-time"'],
    ['a deployment on 30 February', { deployments: [{ ...evidence.deployments[0], at: '2026-02-30T12:00:00Z' }] },
      '/deployments/0/at must match format "date-time"'],
  ])('with %s is refused', (_, part, message) => {
    expect(() => parseEvidence({ ...evidence, ...part })).toThrow(`not a valid evidence: ${message}`);
  });
});

describe('a gate definition', () => {
  test.each([
    ['a report format that no parser reads', { reportFormat: 'pdf' }, '/reportFormat must be one of git-secrets,'],
    ['a policy that turns the gate off', { policy: { ...gateDefinition.policy, off: true } }, '/policy has the unknown key \'off\''],
    ['a policy without a threshold', { policy: { unfixable: 'BLOCK', defaultSeverity: 'LOW', auditOnly: false } }, '/policy lacks \'failOn\''],
    ['a threshold of its own', { policy: { ...gateDefinition.policy, failOn: 'NEVER' } },
      '/policy/failOn must be one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL'],
    ['a waiver without an end', { waivers: [{ id: 'CVE-1', reason: 'long enough', owner: 'me' }] }, '/waivers/0 lacks \'expires\''],
  ])('with %s is refused', (_, part, message) => {
    expect(() => parseGateDefinition({ ...gateDefinition, ...part })).toThrow(`not a valid gate definition: ${message}`);
  });
});

/** True unless something but a ContractViolation was thrown, which fails the property. */
function acceptsOrViolates(parse: (value: unknown) => unknown, value: unknown): boolean {
  try {
    parse(value);
    return true;
  } catch (error) {
    return error instanceof ContractViolation && error.breaches.length > 0;
  }
}

/** The document with another value at one of its places. */
function replaceAt(document: object, place: number, value: unknown): unknown {
  const copy = structuredClone(document);
  const places: [parent: any, key: string][] = [];
  const collect = (parent: any) => Object.keys(parent).forEach((key) => {
    places.push([parent, key]);
    if (typeof parent[key] === 'object' && parent[key] !== null) {
      collect(parent[key]);
    }
  });
  collect(copy);
  const [parent, key] = places[place % places.length];
  parent[key] = value;
  return copy;
}
