/**
 * `npm run bench:synth`: how long the example takes to synthesize against an empty app that loads the same files of the
 * CDK, alternating in one run. On the floor version of the CDK the ratio may be at most 2.5; the newest is printed too.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROUNDS = 9;
const LIMIT = 2.5;
const root = join(__dirname, '..');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const floor: string = packageJson.devDependencies['aws-cdk-lib'];

interface Result { readonly ratio: number; readonly example: number; readonly empty: number; readonly resources: number }

function main(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const onFloor = measure('floor', floor, scratch);
    const newest = measure('newest', 'latest', scratch);
    report(`aws-cdk-lib ${onFloor.version} (floor) `, onFloor);
    report(`aws-cdk-lib ${newest.version} (newest)`, newest);
    const ok = onFloor.ratio <= LIMIT;
    console.log(`${ok ? 1 : 0} passed, ${ok ? 0 : 1} failed, 0 skipped`);
    process.exitCode = ok ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function report(name: string, { ratio, example, empty, resources }: Result): void {
  console.log(`${name}: example ${example.toFixed(0)} ms, empty app with the same files ${empty.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`
    + ` (limit ${LIMIT}), ${((example - empty) / resources).toFixed(2)} ms per resource over the empty app, ${resources} resources`);
}

/** An app as users have it: the package and a CDK installed side by side, and no TypeScript at run time. */
function measure(name: string, version: string, scratch: string): Result & { readonly version: string } {
  const app = join(scratch, name);
  mkdirSync(app);
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', app, `aws-cdk-lib@${version}`, `constructs@${packageJson.devDependencies.constructs}`,
    `@aws-cdk/lambda-layer-kubectl-v34@${packageJson.devDependencies['@aws-cdk/lambda-layer-kubectl-v34']}`], {});
  const installed = join(app, 'node_modules/cdk-devsecops-eks');
  for (const part of ['package.json', 'lib', 'assets', '.jsii']) {
    cpSync(join(root, part), join(installed, part), { recursive: true });
  }
  const main_ = join(app, 'app.js');
  buildSync({
    entryPoints: [join(root, 'examples/typescript/app.ts')], outfile: main_, bundle: true, platform: 'node', packages: 'external', logLevel: 'error',
  });
  cpSync(join(root, 'examples/typescript'), join(app, 'example'), { recursive: true, filter: (path) => !/node_modules|cdk\.out/.test(path) });

  const modules = join(app, 'modules.json');
  const cdk = join(app, 'node_modules/aws-cdk-lib');
  const environment = { BENCH_MODULES: modules, BENCH_CDK: cdk };
  synth(main_, app, environment, join(root, 'bench/record-modules.cjs'));
  const resources = countResources(join(app, 'example/cdk.out'));

  const times: { example: number[]; empty: number[] } = { example: [], empty: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.example.push(synth(main_, app, environment));
    times.empty.push(synth(join(root, 'bench/empty-app.cjs'), app, environment));
  }
  const example = median(times.example);
  const empty = median(times.empty);
  return { example, empty, resources, ratio: example / empty, version: JSON.parse(readFileSync(join(cdk, 'package.json'), 'utf8')).version };
}

/** Milliseconds that a synth takes, from the start of the process to its end. */
function synth(file: string, app: string, environment: { [name: string]: string }, preload?: string): number {
  const out = join(app, 'example/cdk.out');
  rmSync(out, { recursive: true, force: true });
  const start = process.hrtime.bigint();
  run(process.execPath, ['--require', join(root, 'bench/no-escape.cjs'), ...(preload ? ['--require', preload] : []), file],
    { ...environment, CDK_OUTDIR: out }, join(app, 'example'));
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function run(command: string, args: string[], environment: { [name: string]: string }, cwd?: string): void {
  const { status, stderr, stdout } = spawnSync(command, args, { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  }
}

function countResources(assembly: string): number {
  if (!existsSync(assembly)) {
    throw new Error(`no cloud assembly at ${assembly}: nothing was synthesized`);
  }
  return readdirSync(assembly).filter((file) => file.endsWith('.template.json'))
    .map((file) => Object.keys(JSON.parse(readFileSync(join(assembly, file), 'utf8')).Resources ?? {}).length)
    .reduce((sum, count) => sum + count, 0);
}

function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

main();
