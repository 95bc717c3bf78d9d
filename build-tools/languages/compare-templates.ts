/**
 * `compare-templates <assembly> <assembly>`: fails unless both cloud assemblies hold the same templates.
 *
 * One thing is ignored: the hashes of assets, because a package may be compressed anew for each registry. Their number and
 * places still count. Nothing else needs an exception: without the CDK CLI there is neither CDKMetadata nor aws:cdk:path.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ASSET_HASH = /[0-9a-f]{64}/g;
const SHOWN = 20;

type Templates = { readonly [file: string]: unknown };

function templatesOf(assembly: string): Templates {
  const files = readdirSync(assembly).filter((file) => file.endsWith('.template.json')).sort();
  return Object.fromEntries(files.map((file) =>
    [file, JSON.parse(readFileSync(join(assembly, file), 'utf8').replace(ASSET_HASH, '<asset>'))]));
}

/** Where two JSON values differ, one line each. */
function differences(one: unknown, other: unknown, path: string = ''): string[] {
  if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => differences(one[key], other[key], `${path}/${key}`));
  }
  return one === other ? [] : [`${path}\n  - ${brief(one)}\n  + ${brief(other)}`];
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function brief(value: unknown): string {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function main(expectedAssembly: string, actualAssembly: string): void {
  const expected = templatesOf(expectedAssembly);
  const resources = Object.values(expected).flatMap((template) => Object.keys((template as { Resources?: object }).Resources ?? {}));
  if (resources.length === 0) {
    throw new Error(`no resources in ${expectedAssembly}: nothing to compare with`);
  }
  const found = differences(expected, templatesOf(actualAssembly));
  if (found.length > 0) {
    console.log([`${found.length} differences, - ${expectedAssembly} + ${actualAssembly}`, ...found.slice(0, SHOWN)].join('\n'));
    process.exitCode = 1;
  } else {
    console.log(`${Object.keys(expected).length} templates with ${resources.length} resources are equal`);
  }
}

main(process.argv[2], process.argv[3]);
