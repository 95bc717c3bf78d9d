import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What users of every language see: the assembly that jsii compiled. `npm test` compiles before it tests. */
const file = join(__dirname, '../.jsii');

interface TypeReference { primitive?: string; fqn?: string; collection?: { elementtype: TypeReference }; union?: unknown; intersection?: unknown }
interface Docs { summary?: string; default?: string; remarks?: string }
interface Value { name: string; type?: TypeReference; optional?: boolean; docs?: Docs }
interface Callable { name?: string; parameters?: Value[]; returns?: Value; docs?: Docs }
interface Type {
  fqn: string;
  kind: 'class' | 'interface' | 'enum';
  datatype?: boolean;
  docs?: Docs;
  base?: string;
  interfaces?: string[];
  properties?: Value[];
  methods?: Callable[];
  initializer?: Callable;
  members?: { name: string; docs?: Docs }[];
}

const types: Type[] = Object.values(JSON.parse(readFileSync(file, 'utf8')).types);

function* references(type: Type): Generator<[string, TypeReference]> {
  for (const property of type.properties ?? []) {
    yield [`${type.fqn}.${property.name}`, property.type!];
  }
  for (const callable of [...(type.methods ?? []), ...(type.initializer ? [type.initializer] : [])]) {
    const name = `${type.fqn}.${callable.name ?? 'constructor'}`;
    for (const parameter of callable.parameters ?? []) {
      yield [`${name}(${parameter.name})`, parameter.type!];
    }
    if (callable.returns) {
      yield [`${name}()`, callable.returns.type!];
    }
  }
}

function untyped(reference: TypeReference): boolean {
  return reference.primitive === 'any' || reference.union !== undefined || reference.intersection !== undefined
    || (reference.collection !== undefined && untyped(reference.collection.elementtype));
}

test('the assembly that is tested is there', () => {
  expect(existsSync(file)).toBe(true);
  expect(types.length).toBeGreaterThan(80);
});

test('no user of another language meets an untyped value: no any, no union', () => {
  const found = types.flatMap((type) => [...references(type)].filter(([, reference]) => untyped(reference)).map(([name]) => name));
  expect(found).toEqual([]);
});

test('every type says what it is', () => {
  expect(types.filter((type) => !type.docs?.summary).map((type) => type.fqn)).toEqual([]);
});

test('every prop, property, method and enum member says what it is', () => {
  const silent = types.flatMap((type) => [...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])]
    .filter((member) => !member.docs?.summary).map((member) => `${type.fqn}.${member.name}`));
  expect(silent).toEqual([]);
});

test('every parameter that a method takes says what it is, unless the class itself is all that it takes', () => {
  const silent = types.flatMap((type) => (type.methods ?? []).flatMap((method) => (method.parameters ?? [])
    .filter((parameter) => !parameter.docs?.summary).map((parameter) => `${type.fqn}.${method.name}(${parameter.name})`)));
  expect(silent).toEqual([]);
});

test('every optional prop says what happens without it', () => {
  const silent = types.filter((type) => type.kind === 'interface' && type.datatype).flatMap((type) => (type.properties ?? [])
    .filter((property) => property.optional && !property.docs?.default).map((property) => `${type.fqn}.${property.name}`));
  expect(silent).toEqual([]);
});

test('structs hold data and interfaces that begin with I hold behaviour', () => {
  const named = (type: Type) => type.fqn.split('.').pop()!;
  const confused = types.filter((type) => type.kind === 'interface' && Boolean(type.datatype) === /^I[A-Z]/.test(named(type))).map((type) => type.fqn);
  expect(confused).toEqual([]);
});

test('the package has one flat namespace', () => {
  expect(types.filter((type) => type.fqn.split('.').length !== 2).map((type) => type.fqn)).toEqual([]);
});

test('the constructs of the mission are all exported', () => {
  const names = types.map((type) => type.fqn.split('.').pop());
  expect(names).toEqual(expect.arrayContaining([
    'DevSecOpsEksPipeline', 'PipelineSource', 'SecretsGate', 'SecretsScanner', 'ImageBuild', 'ImageScanGate', 'ImageScanner', 'CodeScanGate', 'CodeScanner',
    'ImageRelease', 'RegistryScanGate', 'EksTarget', 'EksDeployment', 'KubernetesDeployment', 'EksDeployRole', 'DynamicScanGate', 'DynamicScanner',
    'ProductionApproval', 'FindingsNormalizer', 'GatePolicy', 'Waivers', 'PipelineNotifications', 'AuditTrail', 'ComplianceRules', 'ISecurityGate',
  ]));
});
