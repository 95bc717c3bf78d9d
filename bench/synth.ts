/**
 * `npm run bench:synth`: how long the example's delivery stack takes to synthesize against an empty app that loads the same
 * files of the CDK, alternating in one run, the fastest of each. On the floor version of the CDK the ratio may be at most
 * 2.5. Printed too: the newest CDK, and the whole example, whose clusters' stack copies 59 MB of kubectl layers.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const LIMIT = 2.5;
const root = join(__dirname, '..');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const floor: string = packageJson.devDependencies['aws-cdk-lib'];

interface Result { readonly ratio: number; readonly example: number; readonly empty: number; readonly resources: number }

function main(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const floorApp = install('floor', floor, scratch);
    const onFloor = measure(floorApp, 'bench/delivery-app.ts', 15);
    report(`delivery stack, aws-cdk-lib ${floorApp.version} (floor)`, onFloor, `limit ${LIMIT}`);
    report(`whole example, aws-cdk-lib ${floorApp.version} (floor)`, measure(floorApp, 'examples/typescript/app.ts', 5), 'not judged');
    const newestApp = install('newest', 'latest', scratch);
    report(`delivery stack, aws-cdk-lib ${newestApp.version} (newest)`, measure(newestApp, 'bench/delivery-app.ts', 5), 'not judged');
    const ok = onFloor.ratio <= LIMIT;
    console.log(`${ok ? 1 : 0} passed, ${ok ? 0 : 1} failed, 0 skipped`);
    process.exitCode = ok ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function report(name: string, { ratio, example, empty, resources }: Result, judged: string): void {
  console.log(`${name}: ${example.toFixed(0)} ms, empty app with the same files ${empty.toFixed(0)} ms, ratio ${ratio.toFixed(2)} (${judged}),`
    + ` ${((example - empty) / resources).toFixed(2)} ms per resource over the empty app, ${resources} resources`);
}

interface InstalledApp { readonly directory: string; readonly version: string }

/** What users have: the package and a CDK installed side by side, and no TypeScript at run time. */
function install(name: string, version: string, scratch: string): InstalledApp {
  const directory = join(scratch, name);
  mkdirSync(directory);
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', directory, `aws-cdk-lib@${version}`,
    `constructs@${packageJson.devDependencies.constructs}`,
    `@aws-cdk/lambda-layer-kubectl-v34@${packageJson.devDependencies['@aws-cdk/lambda-layer-kubectl-v34']}`], {});
  const installed = join(directory, 'node_modules/cdk-devsecops-eks');
  for (const part of ['package.json', 'lib', 'assets', '.jsii']) {
    cpSync(join(root, part), join(installed, part), { recursive: true });
  }
  cpSync(join(root, 'examples/typescript'), join(directory, 'example'), { recursive: true, filter: (path) => !/node_modules|cdk\.out/.test(path) });
  const { version: found } = JSON.parse(readFileSync(join(directory, 'node_modules/aws-cdk-lib/package.json'), 'utf8'));
  return { directory, version: found };
}

function measure({ directory }: InstalledApp, entry: string, rounds: number): Result {
  const bundle = join(directory, 'app.js');
  buildSync({ entryPoints: [join(root, entry)], outfile: bundle, bundle: true, platform: 'node', packages: 'external', logLevel: 'error' });
  const environment = { BENCH_MODULES: join(directory, 'modules.json'), BENCH_CDK: join(directory, 'node_modules/aws-cdk-lib') };
  synth(bundle, directory, environment, join(root, 'bench/record-modules.cjs'));
  const resources = countResources(join(directory, 'example/cdk.out'));

  const times: { example: number[]; empty: number[] } = { example: [], empty: [] };
  for (let round = 0; round < rounds; round++) {
    times.example.push(synth(bundle, directory, environment));
    times.empty.push(synth(join(root, 'bench/empty-app.cjs'), directory, environment));
  }
  const example = Math.min(...times.example);
  const empty = Math.min(...times.empty);
  return { example, empty, resources, ratio: example / empty };
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

main();
