/**
 * Makes the TypeScript types (src/contracts/types.generated.ts, committed) and the validators (assets/contracts.js, one
 * file without dependencies) from the JSON Schemas. Run by `npx projen contracts`.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone';
import addFormats from 'ajv-formats';
import { buildSync } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const root = join(__dirname, '..');
const schemaDir = join(root, 'src/contracts/schemas');
const contractsFile = join(root, 'assets/contracts.js');

/** YAML 1.2 whatever a `%YAML` line says, so that dates stay strings; what the parser merely warns of, like unknown tags, is an error. */
const PARSE_YAML = `
const { parseDocument } = require('yaml');
exports.parseYaml = (text) => {
  const document = parseDocument(text, { schema: 'core', merge: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    throw fault;
  }
  return document.toJS();
};
`;

async function main(): Promise<void> {
  const schemas = readdirSync(schemaDir).sort().map((file) => ({
    name: basename(file, '.schema.json').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    schema: JSON.parse(readFileSync(join(schemaDir, file), 'utf8')),
  }));

  const types: string[] = ['/* eslint-disable */', '/** Generated from schemas/ by build-tools/contracts.ts: edit those. */', ''];
  for (const { schema } of schemas) {
    types.push(await compile(withoutCombinators(schema), schema.title, { bannerComment: '', additionalProperties: false, format: true, style: { singleQuote: true } }));
  }
  writeIfChanged(join(root, 'src/contracts/types.generated.ts'), types.join('\n'));

  const ajv = new Ajv({ allErrors: true, code: { source: true }, strict: true, strictRequired: false });
  addFormats(ajv, ['date', 'date-time']);
  const exportsMap: Record<string, string> = {};
  for (const { name, schema } of schemas) {
    ajv.addSchema(schema, name);
    exportsMap[name] = name;
  }
  const validators = standaloneCode(ajv, exportsMap);
  mkdirSync(join(root, 'assets'), { recursive: true });
  // YAML is bundled in beside the validators: a waiver file is read at synth, where the package has no dependency.
  const bundled = buildSync({
    stdin: { contents: `${validators}\n${PARSE_YAML}`, resolveDir: root, sourcefile: 'contracts.js', loader: 'js' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    write: false,
  });
  writeFileSync(contractsFile, bundled.outputFiles[0].text);
}

/** Rules over several properties are for the validator; as types they would only blur the properties. */
function withoutCombinators<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === 'anyOf' || key === 'allOf' ? undefined : value)));
}

function writeIfChanged(path: string, text: string): void {
  let current: string | undefined;
  try {
    current = readFileSync(path, 'utf8');
  } catch {
    current = undefined;
  }
  if (current !== text) {
    writeFileSync(path, text);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
