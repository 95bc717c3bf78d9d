/** Writes the templates of the smallest and the largest pipeline to .tools/templates, for checks by other tools. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, maximalExample, minimalExample, REGION } from '../test/support/example-pipeline';

const directory = join(__dirname, '../.tools/templates');
mkdirSync(directory, { recursive: true });
const env = { account: ACCOUNT, region: REGION };
for (const [name, example] of Object.entries({ minimal: minimalExample({ env }), maximal: maximalExample({ env }) })) {
  writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(Template.fromStack(example.stack).toJSON()));
}
