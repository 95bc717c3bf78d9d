// The yardstick: an app with one empty stack that has loaded the same files of the CDK.
'use strict';
const { readFileSync } = require('node:fs');
for (const file of JSON.parse(readFileSync(process.env.BENCH_MODULES, 'utf8'))) {
  require(file);
}
const { App, Stack } = require(process.env.BENCH_CDK);
const app = new App();
new Stack(app, 'Empty');
app.synth();
