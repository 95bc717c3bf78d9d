/**
 * Builds assets/: one bundle per Lambda handler (SDK included, so that what was tested is what runs), the archive of
 * scripts, and the rules of the starter pack. Run by `npx projen assets`.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import * as tar from 'tar';

const root = join(__dirname, '..');
const src = join(root, 'src');
const assets = join(root, 'assets');

function main(): void {
  mkdirSync(assets, { recursive: true });
  const files = walk(src);
  bundleHandlers(files.filter((file) => file.endsWith('.lambda.ts')));
  archiveScripts(files);
  replaceDirectory(join(src, 'scanners/semgrep-rules'), join(assets, 'semgrep-rules'));
  replaceDirectory(join(src, 'contracts/schemas'), join(assets, 'schemas'));
}

function bundleHandlers(handlers: string[]): void {
  rmSync(join(assets, 'lambda'), { recursive: true, force: true });
  for (const handler of handlers) {
    buildSync({
      entryPoints: [handler],
      outfile: join(assets, 'lambda', basename(handler, '.lambda.ts'), 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      minify: true,
      legalComments: 'none',
      logLevel: 'warning',
    });
  }
}

/** `src/<area>/scripts/<name>` becomes `<area>/<name>`; what the tools need lies in `tools/`. Same input, same bytes. */
function archiveScripts(files: string[]): void {
  const staging = join(assets, '.scripts');
  rmSync(staging, { recursive: true, force: true });
  for (const file of files) {
    const path = relative(src, file);
    const script = /^(.+)\/scripts\/(.+)$/.exec(path);
    const target = script ? join(script[1], script[2]) : /^tools\/.+\.(txt|json)$/.test(path) ? path : undefined;
    if (target) {
      mkdirSync(dirname(join(staging, target)), { recursive: true });
      cpSync(file, join(staging, target));
    }
  }
  tar.create({
    file: join(assets, 'scripts.tar'),
    cwd: staging,
    sync: true,
    portable: true,
    mtime: new Date(0),
    onWriteEntry: (entry) => { entry.stat!.mode = entry.stat!.isDirectory() ? 0o40755 : 0o100644; },
  }, walk(staging).map((file) => relative(staging, file)).sort());
  rmSync(staging, { recursive: true });
}

function replaceDirectory(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

function walk(directory: string): string[] {
  return readdirSync(directory).sort().flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

main();
