import { GatePolicy } from '../../src/policy/gate-policy';
import { Severity, UnfixableFindings } from '../../src/policy/severity';

test('reports what cannot be fixed yet, unless it is exploited, by default', () => {
  expect(GatePolicy.failOn(Severity.HIGH)._render().unfixable).toBe('REPORT_UNLESS_EXPLOITED');
});

test('can block on what cannot be fixed yet', () => {
  expect(GatePolicy.failOn(Severity.HIGH, { unfixable: UnfixableFindings.BLOCK })._render().unfixable).toBe('BLOCK');
});

test('takes a finding without any severity for MEDIUM by default', () => {
  expect(GatePolicy.failOn(Severity.HIGH)._render().defaultSeverity).toBe('MEDIUM');
});

test('can take a finding without any severity for something else', () => {
  expect(GatePolicy.failOnAny({ defaultSeverity: Severity.HIGH })._render().defaultSeverity).toBe('HIGH');
});

test.each(Object.values(Severity))('blocks on findings of %s and above', (severity) => {
  expect(GatePolicy.failOn(severity)._render()).toMatchObject({ failOn: severity, auditOnly: false });
});

test('blocks on any finding', () => {
  expect(GatePolicy.failOnAny()._render()).toMatchObject({ failOn: 'INFORMATIONAL', auditOnly: false });
});

test('can only report, and says so in the gate\'s definition', () => {
  expect(GatePolicy.auditOnly()._render().auditOnly).toBe(true);
});

test('has no other way to let everything pass', () => {
  const factories = Object.getOwnPropertyNames(GatePolicy).filter((name) => typeof (GatePolicy as any)[name] === 'function');
  expect(factories.sort()).toEqual(['auditOnly', 'failOn', 'failOnAny']);
});
