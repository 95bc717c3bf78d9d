import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import layout from '../../src/contracts/bucket-layout.json';
import gateDefinition from '../../src/contracts/schemas/gate-definition.schema.json';
import verdictSchema from '../../src/contracts/schemas/verdict.schema.json';
import { FindingsEnvironment, FindingsImport, ReportFormat, UnsupportedImage } from '../../src/findings/report-format';
import { Severity, UnfixableFindings } from '../../src/policy/severity';

const ROOT = join(__dirname, '../..');
const SCHEMAS = join(ROOT, 'src/contracts/schemas');

describe('what the generator makes', () => {
  const copy = mkdtempSync(join(tmpdir(), 'contracts-'));

  beforeAll(() => {
    // In a copy: this test must not change what other tests read.
    for (const path of ['build-tools/contracts.ts', 'src/contracts/schemas', 'tsconfig.json', 'tsconfig.dev.json']) {
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    execFileSync(process.execPath, [join(ROOT, 'node_modules/ts-node/dist/bin.js'), '--project', 'tsconfig.dev.json', 'build-tools/contracts.ts'], { cwd: copy });
  }, 120_000);

  afterAll(() => rmSync(copy, { recursive: true }));

  test('are the types that are committed', () => {
    expect(readFileSync(join(ROOT, 'src/contracts/types.generated.ts'), 'utf8')).toBe(readFileSync(join(copy, 'src/contracts/types.generated.ts'), 'utf8'));
  });

  test('are the validators that are shipped', () => {
    expect(readFileSync(join(ROOT, 'assets/contracts.js'), 'utf8') === readFileSync(join(copy, 'assets/contracts.js'), 'utf8')).toBe(true);
  });
});

test('the schemas that are shipped are those of the source', () => {
  const read = (directory: string) => Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
  expect(read(join(ROOT, 'assets/schemas'))).toEqual(read(SCHEMAS));
});

test('the layout of the findings bucket is as its schema says', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- built, without types
  const { bucketLayout } = require('../../assets/contracts.js');
  expect({ valid: bucketLayout(layout), errors: bucketLayout.errors }).toEqual({ valid: true, errors: null });
});

test.each(readdirSync(SCHEMAS))('%s describes every property, and lets in no unknown one', (file) => {
  const gaps: string[] = [];
  const visit = (schema: any, path: string) => {
    if (schema.properties) {
      if (schema.additionalProperties !== false) {
        gaps.push(`${path} lets in unknown keys`);
      }
      Object.entries<any>(schema.properties).forEach(([name, property]) => {
        if (!property.description) {
          gaps.push(`${path}/${name} has no description`);
        }
        visit(property, `${path}/${name}`);
      });
    }
    if (schema.items) {
      visit(schema.items, `${path}[]`);
    }
  };
  visit(JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')), '');
  expect(gaps).toEqual([]);
});

describe('the values that a user can choose are those of the contract', () => {
  const { properties } = gateDefinition;

  test.each([
    ['Severity', Severity, properties.policy.properties.failOn.enum],
    ['Severity, for findings without one', Severity, properties.policy.properties.defaultSeverity.enum],
    ['Severity, in verdicts', Severity, verdictSchema.properties.blocking.items.properties.severity.enum],
    ['UnfixableFindings', UnfixableFindings, properties.policy.properties.unfixable.enum],
    ['ReportFormat', ReportFormat, properties.reportFormat.enum],
    ['FindingsEnvironment', FindingsEnvironment, properties.environment.enum],
    ['FindingsImport', FindingsImport, properties.securityHub.enum],
    ['UnsupportedImage', UnsupportedImage, properties.unsupportedImage.enum],
  ])('%s', (_, values, contract) => {
    expect(Object.values(values).sort()).toEqual([...contract].sort());
  });
});
