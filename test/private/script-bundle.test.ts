import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { ScriptBundle } from '../../src/private/script-bundle';
import { newStack } from '../jobs/support';

const ARCHIVE = join(__dirname, '../../assets/scripts.tar');

function entries(): { path: string; mode: number; text: string; mtime: Date }[] {
  const found: { path: string; mode: number; text: string; mtime: Date }[] = [];
  list({
    file: ARCHIVE,
    sync: true,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
      entry.on('end', () => found.push({ path: entry.path, mode: entry.mode! % 0o1000, text: Buffer.concat(chunks).toString(), mtime: entry.mtime! }));
    },
  });
  return found;
}

test('every job checks the SHA-256 of the archive that is shipped', () => {
  const sha256 = createHash('sha256').update(readFileSync(ARCHIVE)).digest('hex');
  expect(new ScriptBundle(newStack(), 'Scripts').installCommands().find((command) => command.includes('sha256sum'))).toContain(sha256);
});

test('every file of it is the one of the source', () => {
  const differing = entries().filter(({ path, text }) => {
    const [area, ...rest] = path.split('/');
    const source = area === 'tools' ? join('src', path) : join('src', area, 'scripts', ...rest);
    return readFileSync(join(__dirname, '../..', source), 'utf8') !== text;
  });
  expect(differing.map(({ path }) => path)).toEqual([]);
});

test('the same sources make the same bytes: no times, owners or rights of the machine that built it', () => {
  expect(new Set(entries().map(({ mode, mtime }) => `${mode.toString(8)} ${mtime.getTime()}`))).toEqual(new Set(['644 0']));
});

test('every script of it stops at the first error, has Unix line ends, and is run by bash', () => {
  const scripts = entries().filter(({ path }) => path.endsWith('.sh'));
  const careless = scripts.filter(({ text }) => !text.startsWith('#!/usr/bin/env bash\n') || !/^set -euo pipefail$/m.test(text) || text.includes('\r'));
  expect(scripts.length).toBeGreaterThan(0);
  expect(careless.map(({ path }) => path)).toEqual([]);
});
