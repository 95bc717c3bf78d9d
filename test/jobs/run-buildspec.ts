import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { IConstruct } from 'constructs';
import { buildspecOf, environmentOf } from './support';

export const SCRIPTS = join(__dirname, '../../assets/scripts.tar');

/** What became of a job that ran on this machine. */
export interface JobRun {
  readonly succeeded: boolean;
  readonly output: string;
  /** Values of the exported variables, as CodeBuild reads them after `finally`. */
  readonly exported: { [name: string]: string };
  /** Calls of the AWS CLI. */
  readonly awsCalls: string[];
}

/** The one thing that a job asks of AWS before its script: its scripts. */
const AWS = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$AWS_CALLS"
if [ "$1 $2" != 's3 cp' ]; then exit 64; fi
cp "$AWS_ARCHIVE" "$4"
`;

/**
 * Runs the job's own buildspec in bash, as CodeBuild does: one shell for all commands, a phase ends with its first command
 * that fails, `build` runs only after `install` did, `finally` always with its phase.
 */
export function runBuildspec(project: IConstruct, archive: string = SCRIPTS): JobRun {
  const directory = mkdtempSync(join(tmpdir(), 'job-'));
  try {
    const at = (name: string) => join(directory, name);
    mkdirSync(at('bin'));
    mkdirSync(at('src'));
    writeFileSync(at('bin/aws'), AWS, { mode: 0o755 });
    writeFileSync(at('calls'), '');
    writeFileSync(at('exported'), '');
    writeFileSync(at('job.sh'), render(buildspecOf(project)));
    const { status, stdout, stderr } = spawnSync('bash', [at('job.sh')], {
      cwd: at('src'),
      encoding: 'utf8',
      env: {
        ...Object.fromEntries(Object.entries(environmentOf(project)).map(([name, { value }]) => [name, value])),
        PATH: [at('bin'), process.env.PATH].join(delimiter),
        DEVSECOPS_HOME: at('home'),
        AWS_ARCHIVE: archive,
        AWS_CALLS: at('calls'),
        EXPORTED: at('exported'),
      },
    });
    return {
      succeeded: status === 0,
      output: stdout + stderr,
      exported: Object.fromEntries(lines(at('exported')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
      awsCalls: lines(at('calls')),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function render(buildspec: any): string {
  const { install, build } = buildspec.phases;
  const exported: string[] = buildspec.env['exported-variables'] ?? [];
  return [
    ...install.commands.map((command: string) => `eval ${quote(command)} || exit 1`),
    'failed=0',
    ...build.commands.map((command: string) => `[ $failed = 1 ] || eval ${quote(command)} || failed=1`),
    ...(build.finally ?? []).map((command: string) => `eval ${quote(command)} || failed=1`),
    ...exported.map((name) => `printf '%s=%s\\n' ${name} "\${${name}-}" >>"$EXPORTED"`),
    'exit $failed',
  ].join('\n');
}

function quote(command: string): string {
  return `'${command.replace(/'/g, '\'\\\'\'')}'`;
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');
}
