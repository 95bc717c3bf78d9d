import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ToolPin, ToolPinProps } from '../../src/tools/tool-version';

const SHA = 'a'.repeat(64);
const SHA_ARM = 'b'.repeat(64);
const GOOD: ToolPinProps = { version: '0.121.0', url: 'https://example.com/v0.121.0/grype_0.121.0_linux_amd64.tar.gz', sha256: SHA };

const pin = (props: Partial<ToolPinProps>) => () => ToolPin.of({ ...GOOD, ...props });

test('shows its version', () => {
  expect(ToolPin.of(GOOD).version).toBe('0.121.0');
});

test.each(['latest', 'LATEST', 'stable', '1.x', '^1.2.3', '>=1', '', '1', 'v4', '1.2.3-latest'])('refuses the version \'%s\'', (version) => {
  expect(pin({ version })).toThrow(`'version' must name exactly one release, got '${version}'; `);
});

test.each(['0.121.0', 'v1.2.3', '2026.10.1', '7d6b970cbd3c216353cb22b383b70c150140662e'])('takes the version \'%s\'', (version) => {
  expect(pin({ version })).not.toThrow();
});

test('refuses a pin without a SHA-256', () => {
  expect(pin({ sha256: undefined as unknown as string })).toThrow(
    '\'sha256\' must be a SHA-256 of 64 lower-case hex digits, got nothing; take it from the publisher\'s checksum file and compare it with a download of your own',
  );
});

test.each(['', 'abc', 'A'.repeat(64), `sha256:${SHA}`])('refuses the SHA-256 \'%s\'', (sha256) => {
  expect(pin({ sha256 })).toThrow(`'sha256' must be a SHA-256 of 64 lower-case hex digits, got '${sha256}'; `);
});

test.each([
  'http://example.com/v1/grype.tar.gz', 'ftp://example.com/grype', '/tmp/grype', 'grype', 'https://user:word@example.com/grype',
  'https://example.com/grype?version=1', 'https:///grype#x',
])('refuses the URL \'%s\'', (url) => {
  expect(pin({ url })).toThrow(
    `'url' must be an https:// or s3:// URL without credentials and query, got '${url}'; name the file where its publisher has it, or copy it to a bucket and use its s3:// URL`,
  );
});

test('refuses a URL without a file', () => {
  expect(pin({ url: 'https://example.com/' })).toThrow(
    '\'url\' must end in the name of a file that is known at synthesis, got \'https://example.com/\'; write it like \'https://example.com/v0.120.1/grype_0.120.1_linux_amd64.tar.gz\'',
  );
});

test.each(['https://example.com/latest/grype.tar.gz', 'https://example.com/grype-latest.tar.gz'])('refuses the floating URL \'%s\'', (url) => {
  expect(pin({ url })).toThrow(
    `'url' must name exactly one release, got '${url}'; name the release itself: what 'latest' points to changes, and its checksum with it`,
  );
});

test.each(['4', '5', '6'])('refuses the malicious Trivy 0.69.%s', (patch) => {
  const url = `https://github.com/aquasecurity/trivy/releases/download/v0.69.${patch}/trivy_0.69.${patch}_Linux-64bit.tar.gz`;
  expect(pin({ version: `0.69.${patch}`, url })).toThrow(
    `'url' must not be a release that is known to be malicious, got '${url}'; use Trivy 0.75.0 or newer: 0.69.4 to 0.69.6 were published by an attacker`,
  );
});

test('takes a file in S3', () => {
  expect(pin({ url: 's3://my-bucket/grype/0.121.0/grype.tar.gz' })).not.toThrow();
});

test('takes a bucket whose name is known at deployment only', () => {
  const bucket = new s3.Bucket(new Stack(), 'Bucket');
  expect(pin({ url: bucket.s3UrlForObject('grype/0.121.0/grype.tar.gz') })).not.toThrow();
});

test('refuses a file whose name is known at deployment only', () => {
  const bucket = new s3.Bucket(new Stack(), 'Bucket');
  expect(pin({ url: bucket.s3UrlForObject() })).toThrow('\'url\' must end in the name of a file that is known at synthesis');
});

test('refuses a release for arm64 without its SHA-256', () => {
  expect(pin({ arm64Url: 'https://example.com/grype_arm64.tar.gz' })).toThrow(
    '\'arm64Sha256\' must be a SHA-256 of 64 lower-case hex digits, got nothing; ',
  );
});

test('refuses a SHA-256 for arm64 without its release', () => {
  expect(pin({ arm64Sha256: SHA_ARM })).toThrow(
    '\'arm64Url\' must be given with \'arm64Sha256\'; name the release for arm64 that the checksum belongs to, or leave both out',
  );
});

test('refuses an insecure URL for arm64', () => {
  expect(pin({ arm64Url: 'http://example.com/grype.tar.gz', arm64Sha256: SHA_ARM })).toThrow('\'arm64Url\' must be an https:// or s3:// URL');
});

test('refuses releases of different kinds', () => {
  expect(pin({ arm64Url: 'https://example.com/grype.zip', arm64Sha256: SHA_ARM })).toThrow(
    '\'arm64Url\' must be of the same kind as \'url\' (tar.gz), got \'https://example.com/grype.zip\'; use both releases in one form, archive or program',
  );
});

test('refuses a member of what is no archive', () => {
  expect(pin({ url: 'https://example.com/v1.2.3/tool', member: 'tool' })).toThrow(
    '\'member\' must not be given for a URL that is no archive, got \'tool\'; leave it out, or use a URL that ends in .tar.gz, .tgz or .zip',
  );
});

test.each(['/bin/tool', '../tool', 'a/../../tool', 'tool;id', '$(id)', ''])('refuses the member \'%s\'', (member) => {
  expect(pin({ member })).toThrow(`'member' must be a relative path inside the archive, got '${member}'; write it like 'linux-{arch}/helm'`);
});

describe('an image', () => {
  const digest = `sha256:${SHA}`;

  test.each(['moby/buildkit', 'docker.io/moby/buildkit:v0.30.0', 'docker.io/moby/buildkit@sha256:abc', `buildkit@${digest}`])(
    'is refused as \'%s\'', (reference) => {
      expect(() => ToolPin.ofImage({ version: '0.30.0', reference })).toThrow(
        `'reference' must be an image with its registry and digest, got '${reference}'; write it like '<registry>/<repository>@sha256:<64 hex digits>': a tag can be moved`,
      );
    });

  test('is refused with the tag latest', () => {
    expect(() => ToolPin.ofImage({ version: '0.30.0', reference: `docker.io/moby/buildkit:latest@${digest}` })).toThrow(
      '\'reference\' must name exactly one release',
    );
  });

  test('is refused with a floating version', () => {
    expect(() => ToolPin.ofImage({ version: 'latest', reference: `docker.io/moby/buildkit@${digest}` })).toThrow(
      '\'version\' must name exactly one release',
    );
  });

  test('is taken with its digest', () => {
    expect(ToolPin.ofImage({ version: '0.30.0', reference: `docker.io/moby/buildkit:v0.30.0@${digest}` }).version).toBe('0.30.0');
  });
});
