// Loaded before an app: a synth that calls out or starts a process ends here.
'use strict';
const childProcess = require('node:child_process');
const dns = require('node:dns');
const net = require('node:net');

function refuse(what) {
  return () => {
    console.error(`synth must not ${what}`);
    process.exit(87);
  };
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  childProcess[name] = refuse(`start a process (${name})`);
}
net.Socket.prototype.connect = refuse('open a connection');
dns.lookup = refuse('look up a name');
dns.promises.lookup = dns.lookup;
