import * as fc from 'fast-check';
import { ContractViolation, parseWaivers } from '../../src/contracts';

const WAIVER = { id: 'CVE-2023-45853', reason: 'minizip is not built in', owner: 'platform@example.com', expires: '2027-03-31' };

test('is read from JSON', () => {
  expect(parseWaivers(JSON.stringify({ version: 1, waivers: [WAIVER] })).waivers).toEqual([WAIVER]);
});

test('is read from YAML, with comments', () => {
  expect(parseWaivers([
    '# What we accept for a while',
    'version: 1',
    'waivers:',
    '  - id: CVE-2023-45853 # zlib',
    '    reason: minizip is not built in',
    '    owner: platform@example.com',
    '    expires: 2027-03-31',
  ].join('\n')).waivers).toEqual([WAIVER]);
});

test('may be empty', () => {
  expect(parseWaivers('version: 1\nwaivers: []').waivers).toEqual([]);
});

test('keeps dates as the text that was written, also under a YAML 1.1 header, where they would become points in time', () => {
  const text = '%YAML 1.1\n---\nversion: 1\nwaivers:\n  - {id: CVE-1, reason: long enough, owner: me, expires: 2027-03-31}';
  expect(parseWaivers(text).waivers[0].expires).toBe('2027-03-31');
});

test.each(['id', 'package', 'path'])('waives by %s alone', (key) => {
  const { id, ...rest } = WAIVER;
  expect(parseWaivers(JSON.stringify({ version: 1, waivers: [{ ...rest, [key]: 'x' }] })).waivers[0]).toHaveProperty(key, 'x');
});

test('refuses a waiver that names nothing, and says what it may name', () => {
  const { id, ...rest } = WAIVER;
  expect(() => parseWaivers(JSON.stringify({ version: 1, waivers: [rest] }))).toThrow(
    'not a valid waiver list: /waivers/0 needs one of \'id\', \'package\', \'path\'');
});

test.each(['reason', 'owner', 'expires'])('refuses a waiver without %s', (key) => {
  const { [key]: _, ...rest } = WAIVER as { [key: string]: string };
  expect(() => parseWaivers(JSON.stringify({ version: 1, waivers: [WAIVER, rest] }))).toThrow(`not a valid waiver list: /waivers/1 lacks '${key}'`);
});

test.each(['2026-02-30', '2026-13-01', '2027-3-1', '31.03.2027', 'never', '', '2027-03-31T00:00:00Z'])('refuses the date \'%s\'', (expires) => {
  expect(() => parseWaivers(JSON.stringify({ version: 1, waivers: [{ ...WAIVER, expires }] }))).toThrow(
    'not a valid waiver list: /waivers/0/expires must match format "date"');
});

test('refuses a reason that says nothing', () => {
  expect(() => parseWaivers(JSON.stringify({ version: 1, waivers: [{ ...WAIVER, reason: 'ok' }] }))).toThrow(
    'not a valid waiver list: /waivers/0/reason must NOT have fewer than 10 characters');
});

test('refuses a mistyped key', () => {
  expect(() => parseWaivers(JSON.stringify({ version: 1, waivers: [{ ...WAIVER, expiry: '2027-03-31' }] }))).toThrow(
    'not a valid waiver list: /waivers/0 has the unknown key \'expiry\'');
});

test.each([
  ['a file that is no YAML', '[', 'no YAML or JSON: Flow sequence'],
  ['an empty file', '', 'the document must be object'],
  ['binary data', '\0\x01\x02', 'the document must be object'],
  ['two documents', 'version: 1\nwaivers: []\n---\nversion: 1\nwaivers: []', 'no YAML or JSON: Source contains multiple documents'],
  ['a key that stands twice', '{"version": 1, "waivers": [], "waivers": []}', 'no YAML or JSON: Map keys must be unique'],
  ['a tag that would make code', '!!js/function "function () {}"', 'no YAML or JSON: Unresolved tag: tag:yaml.org,2002:js/function'],
  ['an alias without an anchor', 'version: 1\nwaivers: *none', 'no YAML or JSON: Unresolved alias'],
  ['keys merged in', 'base: &base {version: 1}\n<<: *base\nwaivers: []', 'the document lacks \'version\''],
  ['a list that contains itself', '&list {version: 1, waivers: *list}', '/waivers must be array'],
  ['ten thousand opening brackets', '['.repeat(10_000), 'no YAML or JSON: '],
])('refuses %s', (_, text, message) => {
  expect(() => parseWaivers(text)).toThrow(`not a valid waiver list: ${message}`);
});

test('refuses a file whose anchors would grow into billions of values, without growing them', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 10; level++) {
    const [name, last] = ['abcdefghij'[level], 'abcdefghij'[level - 1]];
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(',')}]`);
  }
  expect(() => parseWaivers(bomb.join('\n'))).toThrow('no YAML or JSON: Excessive alias count indicates a resource exhaustion attack');
});

test('refuses __proto__ as a key, and changes no prototype', () => {
  expect(() => parseWaivers('__proto__: {polluted: yes}\nversion: 1\nwaivers: []')).toThrow(
    'not a valid waiver list: the document has the unknown key \'__proto__\'');
  expect({}).not.toHaveProperty('polluted');
});

test('of any text whatever is either accepted or a ContractViolation', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (text) => {
    try {
      parseWaivers(text);
      return true;
    } catch (error) {
      return error instanceof ContractViolation;
    }
  }));
});
