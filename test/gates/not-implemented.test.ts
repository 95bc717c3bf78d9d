/** What is not written yet must stop the pipeline: each job's own buildspec is executed, with the scripts that are shipped. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { list, create } from 'tar';
import { JOBS } from './every-job';
import { runBuildspec, SCRIPTS } from '../jobs/run-buildspec';
import { buildspecOf, newStack, newWorkspace } from '../jobs/support';

const shipped: string[] = [];
list({ file: SCRIPTS, sync: true, onReadEntry: (entry) => shipped.push(entry.path) });

const directory = mkdtempSync(join(tmpdir(), 'forged-'));
const forged = join(directory, 'scripts.tar');

beforeAll(() => {
  for (const script of shipped) {
    mkdirSync(dirname(join(directory, script)), { recursive: true });
    writeFileSync(join(directory, script), 'echo EXECUTED\n');
  }
  create({ file: forged, cwd: directory, sync: true }, shipped);
});

afterAll(() => rmSync(directory, { recursive: true }));

describe.each(Object.keys(JOBS))('the job of %s', (name) => {
  const stack = newStack();
  const { project } = JOBS[name](newWorkspace(stack), stack);

  test('runs a script that is shipped', () => {
    const [script] = buildspecOf(project).phases.build.commands.map((command: string) => /^bash "\$DEVSECOPS_HOME\/(.+)"$/.exec(command)?.[1]).filter(Boolean);
    expect(shipped).toContain(script);
  });

  test('fails, and says that nobody looked', () => {
    const { succeeded, output } = runBuildspec(project);
    expect({ succeeded, output }).toEqual({ succeeded: false, output: expect.stringMatching(/^verdict: error: not implemented \([a-z-]+\)$/m) });
  });

  test('does not run anything of its own before', () => {
    expect(runBuildspec(project).output).not.toContain('EXECUTED');
  });

  test('fetches its scripts and nothing else', () => {
    expect(runBuildspec(project).awsCalls).toEqual([expect.stringMatching(/^s3 cp s3:\/\/cdk-hnb659fds-assets-111122223333-eu-central-1\/[0-9a-f]{64}\.tar /)]);
  });

  test('runs no script of an archive with another checksum', () => {
    const { succeeded, output } = runBuildspec(project, forged);
    expect({ succeeded, executed: output.includes('EXECUTED') }).toEqual({ succeeded: false, executed: false });
  });

  test('fails if the archive cannot be fetched', () => {
    expect(runBuildspec(project, '/no/such/archive.tar').succeeded).toBe(false);
  });

  test('exports why, although it failed, if it exports a summary', () => {
    const exported: string[] = buildspecOf(project).env['exported-variables'] ?? [];
    const expected = exported.includes('SUMMARY') ? expect.stringMatching(/^[a-z-]+: error: not implemented$/) : undefined;
    expect(runBuildspec(project).exported.SUMMARY).toEqual(expected);
  });
});

test('each gate and the deployment export a summary', () => {
  const without = Object.keys(JOBS).filter((name) => {
    const stack = newStack();
    return !(buildspecOf(JOBS[name](newWorkspace(stack), stack).project).env['exported-variables'] ?? []).includes('SUMMARY');
  });
  expect(without).toEqual(['build', 'push']);
});
