import { existsSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { TOOL_MANIFEST } from '../../src/tools/manifest';
import { ToolMirror } from '../../src/tools/tool-mirror';
import { fileNameOf, renderToolSet } from '../../src/tools/tool-set';
import { ToolPin } from '../../src/tools/tool-version';

const SHA = 'a'.repeat(64);
const SHA_ARM = 'b'.repeat(64);
const KNOWN = 'anchorectl, buildkit, crane, git-secrets, gitleaks, grype, helm, kubeconform, kubectl, kustomize, semgrep, snyk, syft, zap';

const pin = (file: string, arm64?: string) => ToolPin.of({
  version: '9.9.9',
  url: `https://example.com/9.9.9/${file}`,
  sha256: SHA,
  ...(arm64 && { arm64Url: `https://example.com/9.9.9/${arm64}`, arm64Sha256: SHA_ARM }),
});

const mirror = () => ToolMirror.fromBucket(s3.Bucket.fromBucketName(new Stack(), 'Bucket', 'my-bucket'));

test('renders one tool per name', () => {
  expect(renderToolSet({ tools: ['grype'] })).toEqual([{
    name: 'grype',
    version: '0.120.1',
    kind: 'tar.gz',
    platforms: {
      amd64: {
        url: 'https://github.com/anchore/grype/releases/download/v0.120.1/grype_0.120.1_linux_amd64.tar.gz',
        sha256: '0a9ee97ef5ae2ee953b0a80098105052e846cdbe319a57d808b519c33cd1343d',
        member: 'grype',
      },
      arm64: {
        url: 'https://github.com/anchore/grype/releases/download/v0.120.1/grype_0.120.1_linux_arm64.tar.gz',
        sha256: '29f47391dc283aa79fcc38e65224cd61f64dec0ecfd0db7074128ebf8ff23514',
        member: 'grype',
      },
    },
  }]);
});

test('ships only what is asked for, once and in order', () => {
  expect(renderToolSet({ tools: ['syft', 'grype', 'syft'] }).map((tool) => tool.name)).toEqual(['syft', 'grype']);
});

test('renders a program without a member', () => {
  expect(renderToolSet({ tools: ['snyk'] })[0].platforms?.amd64).not.toHaveProperty('member');
});

test('renders what runs anywhere for both architectures', () => {
  const [zap] = renderToolSet({ tools: ['zap'] });
  expect(zap.platforms?.amd64).toEqual(zap.platforms?.arm64);
  expect(zap.platforms?.amd64?.member).toBe('ZAP_2.17.0');
});

test('renders the member per architecture', () => {
  const [helm] = renderToolSet({ tools: ['helm'] });
  expect(helm.platforms?.amd64?.member).toBe('linux-amd64/helm');
  expect(helm.platforms?.arm64?.member).toBe('linux-arm64/helm');
});

test('renders kubectl once per minor', () => {
  expect(renderToolSet({ tools: ['kubectl'] }).map((tool) => tool.version)).toEqual(['1.37.1', '1.36.4', '1.35.8', '1.34.11']);
});

test('renders an image by its digest', () => {
  expect(renderToolSet({ tools: ['buildkit'], mirror: mirror() })).toEqual([{
    name: 'buildkit',
    version: '0.29.0',
    kind: 'image',
    image: 'docker.io/moby/buildkit:v0.29.0@sha256:0039c1d47e8748b5afea56f4e85f14febaf34452bd99d9552d2daa82262b5cc5',
  }]);
});

test('renders a Python package with its lock file', () => {
  expect(renderToolSet({ tools: ['semgrep'] })).toEqual([
    { name: 'semgrep', version: '1.179.0', kind: 'python', requirements: 'semgrep.lock.txt', wheels: 'semgrep.wheels.json' },
  ]);
});

test('the files of a Python package are there', () => {
  const [{ requirements, wheels }] = renderToolSet({ tools: ['semgrep'] });
  expect([requirements, wheels].map((file) => existsSync(join(__dirname, '../../src/tools', file!)))).toEqual([true, true]);
});

test('refuses an unknown tool', () => {
  expect(() => renderToolSet({ tools: ['gitleaks', 'trivy'] })).toThrow(
    `'tools' must name tools of the manifest, got 'trivy'; use one of: ${KNOWN}`,
  );
});

test('is plain JSON', () => {
  const tools = renderToolSet({ tools: TOOL_MANIFEST.map((entry) => entry.name).filter((name) => name !== 'anchorectl') });
  expect(JSON.parse(JSON.stringify(tools))).toStrictEqual(tools);
});

describe('with a mirror', () => {
  test('fetches every download from it', () => {
    const names = TOOL_MANIFEST.map((entry) => entry.name).filter((name) => name !== 'anchorectl');
    const urls = renderToolSet({ tools: names, mirror: mirror() }).flatMap((tool) => Object.values(tool.platforms ?? {})).map((file) => file.url);
    expect(urls.length).toBeGreaterThan(20);
    expect(urls.filter((url) => !url.startsWith('s3://my-bucket/tools/'))).toEqual([]);
  });

  test('has each file under its checksum', () => {
    expect(renderToolSet({ tools: ['kustomize'], mirror: mirror() })[0].platforms?.amd64).toEqual({
      url: 's3://my-bucket/tools/06af0a202c2b831207d0173f9c9cdb1b30abceca0747cb3fbb72792d26055c95/kustomize_v5.8.2_linux_amd64.tar.gz',
      sha256: '06af0a202c2b831207d0173f9c9cdb1b30abceca0747cb3fbb72792d26055c95',
      member: 'kustomize',
    });
  });

  test('fetches an override from it too', () => {
    const [tool] = renderToolSet({ tools: ['grype'], overrides: { grype: pin('grype.tar.gz') }, mirror: mirror() });
    expect(tool.platforms?.amd64?.url).toBe(`s3://my-bucket/tools/${SHA}/grype.tar.gz`);
  });

  test('says where the wheels of a Python package are', () => {
    expect(renderToolSet({ tools: ['semgrep'], mirror: mirror() })[0].mirror).toBe('s3://my-bucket/tools');
  });
});

describe('with an override', () => {
  test('uses the release of the user', () => {
    expect(renderToolSet({ tools: ['grype'], overrides: { grype: pin('grype_amd64.tgz', 'grype_arm64.tgz') } })).toEqual([{
      name: 'grype',
      version: '9.9.9',
      kind: 'tar.gz',
      platforms: {
        amd64: { url: 'https://example.com/9.9.9/grype_amd64.tgz', sha256: SHA, member: 'grype' },
        arm64: { url: 'https://example.com/9.9.9/grype_arm64.tgz', sha256: SHA_ARM, member: 'grype' },
      },
    }]);
  });

  test('has no release for arm64 unless one is given', () => {
    const [tool] = renderToolSet({ tools: ['grype'], overrides: { grype: pin('grype.tar.gz') } });
    expect(Object.keys(tool.platforms!)).toEqual(['amd64']);
  });

  test('uses one release for both architectures if the tool runs anywhere', () => {
    const [zap] = renderToolSet({ tools: ['zap'], overrides: { zap: pin('ZAP_9.9.9_Linux.tar.gz') } });
    expect(zap.platforms?.arm64).toEqual({ url: 'https://example.com/9.9.9/ZAP_9.9.9_Linux.tar.gz', sha256: SHA, member: 'ZAP_9.9.9' });
  });

  test('takes the given member out', () => {
    const grype = ToolPin.of({ version: '9.9.9', url: 'https://example.com/g-9.9.9.zip', sha256: SHA, member: '{version}/{arch}/grype' });
    expect(renderToolSet({ tools: ['grype'], overrides: { grype } })[0]).toMatchObject({
      kind: 'zip',
      platforms: { amd64: { member: '9.9.9/amd64/grype' } },
    });
  });

  test('takes nothing out of what is no archive', () => {
    expect(renderToolSet({ tools: ['grype'], overrides: { grype: pin('grype') } })[0]).toMatchObject({
      kind: 'binary',
      platforms: { amd64: { url: 'https://example.com/9.9.9/grype', sha256: SHA } },
    });
  });

  test('takes the program under the tool\'s name out of an archive of a tool that is none by default', () => {
    expect(renderToolSet({ tools: ['snyk'], overrides: { snyk: pin('snyk.tar.gz') } })[0].platforms?.amd64?.member).toBe('snyk');
  });

  test('of kubectl there is one release only', () => {
    expect(renderToolSet({ tools: ['kubectl'], overrides: { kubectl: pin('kubectl') } }).map((tool) => tool.version)).toEqual(['9.9.9']);
  });

  test('of a tool that is not used nothing is shipped', () => {
    expect(renderToolSet({ tools: ['syft'], overrides: { grype: pin('grype') } }).map((tool) => tool.name)).toEqual(['syft']);
  });

  test('refuses an unknown tool', () => {
    expect(() => renderToolSet({ tools: ['syft'], overrides: { gripe: pin('grype') } })).toThrow(
      `'toolOverrides' must name tools of the manifest, got 'gripe'; use one of: ${KNOWN}`,
    );
  });

  test('refuses a file instead of an image', () => {
    expect(() => renderToolSet({ tools: ['buildkit'], overrides: { buildkit: pin('buildkit.tar.gz') } })).toThrow(
      '\'toolOverrides.buildkit\' must be a container image, got \'https://example.com/9.9.9/buildkit.tar.gz\'; use ToolPin.ofImage()',
    );
  });

  test('uses the image of the user', () => {
    const reference = `example.com/moby/buildkit@sha256:${SHA}`;
    const buildkit = ToolPin.ofImage({ version: '9.9.9', reference });
    expect(renderToolSet({ tools: ['buildkit'], overrides: { buildkit } })).toEqual([
      { name: 'buildkit', version: '9.9.9', kind: 'image', image: reference },
    ]);
  });

  test('refuses an image instead of a file', () => {
    const grype = ToolPin.ofImage({ version: '9.9.9', reference: `example.com/anchore/grype@sha256:${SHA}` });
    expect(() => renderToolSet({ tools: ['grype'], overrides: { grype } })).toThrow(
      `'toolOverrides.grype' must be a file to download, not a container image, got 'example.com/anchore/grype@sha256:${SHA}'; use ToolPin.of()`,
    );
  });

  test('refuses another Semgrep, whose dependencies would have no hashes', () => {
    expect(() => renderToolSet({ tools: ['semgrep'], overrides: { semgrep: pin('semgrep.whl') } })).toThrow(
      '\'toolOverrides.semgrep\' must not be given: it is installed from the library\'s lock file, which holds a hash for every package it needs, got \'9.9.9\'; leave it out to get 1.179.0, or mirror the wheels with \'toolMirror\'',
    );
  });
});

describe('anchorectl', () => {
  test('must be pinned by the user', () => {
    expect(() => renderToolSet({ tools: ['anchorectl'] })).toThrow(
      '\'toolOverrides.anchorectl\' must be given: the library has no pin for this tool, because its version must match your server; use ToolPin.of({ version, url, sha256 }) with a release from https://anchorectl-releases.anchore.io/anchorectl/v<version>/anchorectl_<version>_linux_amd64.tar.gz and the SHA-256 of your own download',
    );
  });

  test('is taken with the pin of the user', () => {
    const anchorectl = pin('anchorectl_9.9.9_linux_amd64.tar.gz');
    expect(renderToolSet({ tools: ['anchorectl'], overrides: { anchorectl } })[0].platforms?.amd64?.member).toBe('anchorectl');
  });
});

test('the name of a file is decoded', () => {
  expect(fileNameOf('https://example.com/a%2Fb/kustomize%2B1.tar.gz')).toBe('kustomize+1.tar.gz');
});
