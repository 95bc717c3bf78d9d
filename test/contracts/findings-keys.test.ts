import * as fc from 'fast-check';
import { findingsKey, findingsKeyPattern, findingsPrefix } from '../../src/contracts';
import layout from '../../src/contracts/bucket-layout.json';

const SHA = 'a'.repeat(64);

test.each([
  ['rawReport', { gate: 'image', runId: 'run-0001', file: 'grype.json' }, 'raw/image/run-0001/grype.json'],
  ['verdict', { runId: 'run-0001', gate: 'image', reportSha256: SHA }, `verdicts/run-0001/image/${SHA}.json`],
  ['findings', { runId: 'run-0001', gate: 'image' }, 'findings/run-0001/image.asff.jsonl.gz'],
  ['state', { environment: 'production', gate: 'image' }, 'state/production/image.jsonl.gz'],
  ['evidence', { digest: `sha256:${SHA}` }, `evidence/sha256:${SHA}.json`],
  ['report', { runId: 'run-0001' }, 'reports/run-0001.html'],
  ['release', { target: 'staging', runId: 'run-0001' }, 'releases/staging/run-0001.yaml'],
] as const)('a %s has its own place', (kind, parts, key) => {
  expect(findingsKey(kind, parts)).toBe(key);
});

test.each(['', '..', '.', '../image', 'a/b', '/', '-a', ' ', 'a b', 'a\n', '*', '?', '${aws:username}', 'ä', '%2e%2e'])(
  'a part of a key cannot be \'%s\'', (gate) => {
    expect(() => findingsKey('state', { environment: 'candidate', gate })).toThrow(
      `'gate' of a findings key must be letters, digits, '.', '_', ':' or '-', got '${gate}'`);
  });

test('a part of a key cannot be left out', () => {
  expect(() => findingsKey('state', { environment: 'candidate' })).toThrow(
    '\'gate\' of a findings key must be letters, digits, \'.\', \'_\', \':\' or \'-\', got \'undefined\'');
});

test('no parts whatever lead out of the place of their kind', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (runId, gate) => {
    let key: string;
    try {
      key = findingsKey('findings', { runId, gate });
    } catch {
      return true;
    }
    return key === `findings/${runId}/${gate}.asff.jsonl.gz` && key.split('/').length === 3 && !key.split('/').includes('..');
  }));
});

test('a pattern has what was given, and * for everything else', () => {
  expect(findingsKeyPattern('verdict', { gate: 'image' })).toBe('verdicts/*/image/*.json');
});

test('a pattern without parts has a * for each', () => {
  expect(findingsKeyPattern('rawReport')).toBe('raw/*/*/*');
});

test('a prefix ends before the first part that varies', () => {
  expect(findingsPrefix('verdict')).toBe('verdicts/');
});

test('no kind lies below another one: a right on one prefix is no right on another', () => {
  const prefixes = (Object.keys(layout.keys) as (keyof typeof layout.keys)[]).map(findingsPrefix);
  expect(prefixes.filter((one) => prefixes.some((other) => other !== one && one.startsWith(other)))).toEqual([]);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});
