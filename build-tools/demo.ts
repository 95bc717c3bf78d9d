/**
 * `npm run demo`: synthesizes examples/typescript and says what its pipeline does and what each job may do. No AWS
 * account, no network beyond what `npm ci` has fetched.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describePipeline } from '../src/rehearsal/describe-pipeline';
import { resourcesOf, Template } from '../src/rehearsal/template';

const root = join(__dirname, '..');
const example = join(root, 'examples/typescript');
const assembly = join(example, 'cdk.out');

// The example imports the package by its name, as an app does that has installed it.
const self = join(root, 'node_modules/cdk-devsecops-eks');
if (!existsSync(self)) {
  symlinkSync('..', self);
}
const { app } = JSON.parse(readFileSync(join(example, 'cdk.json'), 'utf8'));
console.log(`Synthesizing examples/typescript (${app}) …`);
execFileSync('bash', ['-c', app], {
  cwd: example,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, CDK_OUTDIR: assembly, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
});
const templates = readdirSync(assembly).filter((file) => file.endsWith('.template.json'))
  .map((file) => JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template);
const delivery = templates.find((template) => resourcesOf(template, 'AWS::CodePipeline::Pipeline').length > 0);
if (!delivery) {
  throw new Error('the example has no pipeline');
}
console.log(`\n${describePipeline(delivery)}`);
console.log(`${Object.keys(delivery.Resources).length} resources. This is the template only: nothing ran.`);
