import { Lazy, Token } from 'aws-cdk-lib';
import {
  invalid, requireAccountId, requireActionValue, requireDnsLabel, requireEmail, requireExactVersion, requireGateId, requireHttpUrl, requireSha256,
} from '../../src/private/validate';

describe('a message', () => {
  test('names prop, rule, value and remedy', () => {
    expect(invalid({ prop: 'url', rule: 'must be short', value: 'long', remedy: 'shorten it' }).message).toBe('\'url\' must be short, got \'long\'; shorten it');
  });

  test('says that nothing was given', () => {
    expect(invalid({ prop: 'url', rule: 'must be given', value: undefined, remedy: 'give it' }).message).toBe('\'url\' must be given, got nothing; give it');
  });

  test('shows other values as JSON', () => {
    expect(invalid({ prop: 'ids', rule: 'must be two', value: ['a'], remedy: 'add one' }).message).toBe('\'ids\' must be two, got ["a"]; add one');
  });

  test('leaves the value out if there is none to show', () => {
    expect(invalid({ prop: 'vpc', rule: 'must be given', remedy: 'give it' }).message).toBe('\'vpc\' must be given; give it');
  });
});

const RULES: [name: string, check: (value: string) => void, good: string[], bad: string[], message: RegExp][] = [
  ['a DNS label', (value) => requireDnsLabel('prop', value), ['a', 'shop', 'shop-2', '0', 'x'.repeat(63)],
    ['', 'Shop', '-shop', 'shop-', 'sh_op', 'a.b', 'x'.repeat(64), 'shop\n'], /^'prop' must be a DNS label \(RFC 1123: .*\), got '[^]*'; use the name of the namespace/],
  ['an e-mail address', (value) => requireEmail('prop', value), ['a@b.cd', 'first.last+tag@sub.example.com', 'o\'neil@example.com'],
    ['', 'a', 'a@b', '@b.cd', 'a@', 'a b@c.de', 'a@b.cd, e@f.gh', 'A <a@b.cd>', 'a@@b.cd', 'a@b..cd', 'a@b.cd\n'],
    /^'prop' must hold e-mail addresses, got '[^]*'; write one address per entry/],
  ['a URL', (value) => requireHttpUrl('prop', value), ['http://a', 'https://a.example.com:8443/x?y=z'],
    ['', 'a.example.com', '//a', 'ftp://a', 'file:///etc/passwd', 'http://', 'javascript:alert(1)'], /^'prop' must be an absolute http or https URL, got '.*'; write it like/],
  ['an exact version', (value) => requireExactVersion('prop', value), ['0.120.1', 'v1.2.3', '2025-01-01', '7d6b970c'],
    ['', 'latest', 'LATEST', 'stable', 'main', '1.x', '^1.2.3', '~1', '>=1', '1.*', '1 || 2', 'nightly'], /^'prop' must name exactly one release, got '.*'; write the full version/],
  ['a SHA-256', (value) => requireSha256('prop', value), ['0123456789abcdef'.repeat(4)],
    ['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), `${'a'.repeat(64)}\n`], /^'prop' must be a SHA-256 of 64 lower-case hex digits, got '[^]*'; take it from/],
  ['an account', (value) => requireAccountId('prop', value, 'give the account'), ['111122223333'],
    ['', '1', '1111222233334', '1111-2222-3333', '11112222333a'], /^'prop' must be an account id of 12 digits, got '.*'; give the account$/],
];

describe.each(RULES)('%s', (_, check, good, bad, message) => {
  test.each(good)('can be \'%s\'', (value) => {
    expect(() => check(value)).not.toThrow();
  });

  test.each(bad)('cannot be \'%s\'', (value) => {
    expect(() => check(value)).toThrow(message);
  });

  test('is not inspected while it is a token', () => {
    expect(() => check(Lazy.string({ produce: () => '!' }))).not.toThrow();
    expect(() => check(Token.asString({ Ref: 'Parameter' }))).not.toThrow();
  });
});

test('a SHA-256 must be given', () => {
  expect(() => requireSha256('sha256', undefined)).toThrow('\'sha256\' must be a SHA-256 of 64 lower-case hex digits, got nothing; ');
});

test.each(['ab', 'image', 'image-2', 'x'.repeat(32)])('a gate\'s id can be \'%s\'', (gateId) => {
  expect(() => requireGateId('gateId', gateId)).not.toThrow();
});

test('a gate\'s id cannot be a token: aliases, prefixes and construct ids are made from it', () => {
  expect(() => requireGateId('gateId', Lazy.string({ produce: () => 'image' }))).toThrow('\'gateId\' must be 2 to 32 lower-case letters');
});

test('a value of an action may have 1,000 characters and no more', () => {
  expect(() => requireActionValue('Deploy.value', 'x'.repeat(1000), 'shorten it')).not.toThrow();
  expect(() => requireActionValue('Deploy.value', 'x'.repeat(1001), 'shorten it')).toThrow(
    '\'Deploy.value\' must take at most 1000 characters as an action\'s configuration value (CodePipeline\'s quotas), got \'1001 characters\'; shorten it');
});

test('a URL with a password is refused without telling the password', () => {
  const check = () => requireHttpUrl('target', 'https://tester:opensesame@staging.example.com');
  expect(check).toThrow(/^'target' must not hold a user name or password; /);
  expect(check).not.toThrow(/opensesame/);
});
