import { readFileSync } from 'fs';
import { join } from 'path';
import { ImageTool, PinnedTool, PythonTool, TOOL_MANIFEST } from '../../src/tools/manifest';

const TOOLS_DIR = join(__dirname, '../../src/tools');
const SHA256 = /^[0-9a-f]{64}$/;

const downloads = TOOL_MANIFEST.filter((entry): entry is PinnedTool => entry.source === 'pinned' && entry.kind !== 'image');
const images = TOOL_MANIFEST.filter((entry): entry is ImageTool => entry.kind === 'image');
const python = TOOL_MANIFEST.filter((entry): entry is PythonTool => entry.source === 'python');

test('holds every tool that a job uses', () => {
  expect([...new Set(TOOL_MANIFEST.map((entry) => entry.name))].sort()).toEqual([
    'anchorectl', 'buildkit', 'crane', 'git-secrets', 'gitleaks', 'grype', 'helm', 'kubeconform', 'kubectl', 'kustomize', 'semgrep', 'snyk',
    'syft', 'zap',
  ]);
});

test('holds no release twice', () => {
  const releases = TOOL_MANIFEST.map((entry) => `${entry.name} ${'version' in entry ? entry.version : ''}`);
  expect(new Set(releases).size).toBe(releases.length);
});

test('holds no file and no checksum twice', () => {
  const files = downloads.flatMap((entry) => Object.values(entry.platforms));
  expect(new Set(files.map((file) => file.url)).size).toBe(files.length);
  expect(new Set(files.map((file) => file.sha256)).size).toBe(files.length);
});

test('holds kubectl for four successive minors, newest first', () => {
  const minors = downloads.filter((entry) => entry.name === 'kubectl').map((entry) => Number(entry.version.split('.')[1]));
  expect(minors).toEqual([minors[0], minors[0] - 1, minors[0] - 2, minors[0] - 3]);
});

test('never holds Trivy 0.69.4', () => {
  expect(JSON.stringify(TOOL_MANIFEST)).not.toMatch(/trivy|0\.69\.[456]/i);
});

describe.each(downloads.map((entry) => ({ id: `${entry.name} ${entry.version}`, entry })))('$id', ({ entry }) => {
  test('is for both architectures or for any', () => {
    expect([['any'], ['linux/amd64', 'linux/arm64']]).toContainEqual(Object.keys(entry.platforms).sort());
  });

  test.each(Object.entries(entry.platforms))('has a pinned file for %s', (_platform, file) => {
    expect(file.sha256).toMatch(SHA256);
    expect(new URL(file.url).protocol).toBe('https:');
    expect(file.url).toContain(entry.version);
    expect(file.url).not.toMatch(/latest|\/(main|master|stable|nightly)\//i);
  });

  test('says what to take out, if it is an archive', () => {
    expect(entry.member !== undefined).toBe(entry.kind === 'tar.gz' || entry.kind === 'zip');
  });

  test('is of the kind that its file name says', () => {
    const archives = Object.values(entry.platforms).map((file) => file.url.endsWith('.tar.gz'));
    expect(new Set(archives)).toEqual(new Set([entry.kind === 'tar.gz']));
  });

  test('is for the architecture that its URL says', () => {
    expect(entry.platforms['linux/amd64']?.url ?? '').not.toMatch(/arm64|aarch64/);
    expect(entry.platforms['linux/arm64']?.url ?? 'arm64').toMatch(/arm64/);
  });
});

test.each(images)('the image of $name is pinned by digest', ({ image, version }) => {
  expect(image).toMatch(/^[a-z.]+\/[a-z/]+:v[0-9.]+@sha256:[0-9a-f]{64}$/);
  expect(image).toContain(version);
});

describe.each(python)('the lock file of $name', (entry) => {
  const text = readFileSync(join(TOOLS_DIR, entry.requirements), 'utf-8');
  const requirements = text.replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').filter((line) => line.trim() !== '');
  const wheels: { file: string; sha256: string; architectures: string[]; pythons: string[] }[] =
    JSON.parse(readFileSync(join(TOOLS_DIR, entry.wheels), 'utf-8'));
  const hashesOf = (line: string) => [...line.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map((match) => match[1]);

  test('has an exact version and a hash on each requirement', () => {
    for (const line of requirements) {
      expect(line).toMatch(/^[a-z0-9][a-z0-9-]*==[0-9][^\s;*]*( +--hash=sha256:[0-9a-f]{64})+$/);
    }
  });

  test('holds the version of the manifest', () => {
    expect(requirements.filter((line) => line.startsWith(`${entry.name}==${entry.version} `))).toHaveLength(1);
  });

  test('holds no requirement twice', () => {
    const names = requirements.map((line) => line.split('==')[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('names no host', () => {
    expect(text).not.toMatch(/:\/\/|index-url|find-links|trusted-host/);
  });

  test('has one wheel per hash', () => {
    expect(wheels.map((wheel) => wheel.sha256).sort()).toEqual(requirements.flatMap(hashesOf).sort());
  });

  test.each(['amd64', 'arm64'].flatMap((architecture) => ['3.11', '3.12', '3.13', '3.14'].map((version) => [architecture, version])))(
    'has one wheel per requirement for %s and Python %s', (architecture, version) => {
      const fitting = wheels.filter((wheel) => wheel.architectures.includes(architecture) && wheel.pythons.includes(version));
      for (const line of requirements) {
        const hashes = hashesOf(line);
        expect(fitting.filter((wheel) => hashes.includes(wheel.sha256))).toHaveLength(1);
      }
    });
});

test('anchorectl is left to the user', () => {
  expect(TOOL_MANIFEST.find((entry) => entry.name === 'anchorectl')).toMatchObject({ source: 'userSupplied' });
});
