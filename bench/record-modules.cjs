// Loaded before an app: writes down which files of the CDK it loaded.
'use strict';
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => /node_modules\/(aws-cdk-lib|constructs|@aws-cdk)\//.test(file) && file.endsWith('.js'));
  writeFileSync(process.env.BENCH_MODULES, JSON.stringify(files));
});
