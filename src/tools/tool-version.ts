import { Token } from 'aws-cdk-lib';
import { PinnedTool, ToolDownload } from './manifest';
import { invalid, isKnown, requireExactVersion, requireSha256 } from '../private/validate';

/** One release of a tool, to use instead of the one that the library pins. */
export interface ToolPinProps {
  /**
   * The exact version, as the publisher writes it, e.g. `0.120.1`. Nothing that floats, like `latest` or `1.x`.
   */
  readonly version: string;

  /**
   * Where the jobs download the tool for Linux on x86_64 from: an `https://` or `s3://` URL that ends in the file's name.
   *
   * A name that ends in `.tar.gz`, `.tgz` or `.zip` is an archive; any other is the program itself. A job's role can
   * read an `s3://` URL only if it was granted that, which `ToolMirror` does by itself.
   */
  readonly url: string;

  /**
   * SHA-256 of the file at `url`: 64 lower-case hex digits. The job stops when the download has another one.
   */
  readonly sha256: string;

  /**
   * Where the jobs download the tool for Linux on arm64 from, in the form of `url`.
   *
   * @default - a tool that runs on any architecture uses `url`; another one has no release for arm64
   */
  readonly arm64Url?: string;

  /**
   * SHA-256 of the file at `arm64Url`: 64 lower-case hex digits.
   *
   * @default - required when `arm64Url` is given
   */
  readonly arm64Sha256?: string;

  /**
   * File or directory to take out of the archive, as a path inside it. `{arch}` stands for `amd64` or `arm64`,
   * `{version}` for the version.
   *
   * @default - where the tool's own releases have it
   */
  readonly member?: string;
}

/** One release of a tool that comes as a container image. */
export interface ToolImageProps {
  /** The exact version, e.g. `0.29.0`. Nothing that floats, like `latest`. */
  readonly version: string;

  /**
   * The image with its registry and digest, e.g. `<registry>/moby/buildkit@sha256:<64 hex digits>`. A tag may stand before the
   * digest, but not `latest`.
   */
  readonly reference: string;
}

/**
 * A release of a tool, pinned by its checksum.
 *
 * Every tool that the library downloads has a pin already; this is how to choose another release.
 */
export class ToolPin {
  /**
   * Pin a release by its URL and SHA-256.
   *
   * @param props version, URL and checksum of the release
   */
  public static of(props: ToolPinProps): ToolPin {
    requireVersion(props.version);
    const amd64 = download('url', props.url, 'sha256', props.sha256);
    if (props.arm64Url === undefined && props.arm64Sha256 !== undefined) {
      throw invalid({
        prop: 'arm64Url',
        rule: 'must be given with \'arm64Sha256\'',
        remedy: 'name the release for arm64 that the checksum belongs to, or leave both out',
      });
    }
    const arm64 = props.arm64Url === undefined ? undefined : download('arm64Url', props.arm64Url, 'arm64Sha256', props.arm64Sha256);
    const kind = kindOf(props.url);
    if (props.arm64Url !== undefined && kindOf(props.arm64Url) !== kind) {
      throw invalid({
        prop: 'arm64Url',
        rule: `must be of the same kind as 'url' (${kind})`,
        value: props.arm64Url,
        remedy: 'use both releases in one form, archive or program',
      });
    }
    requireMember(props.member, kind);
    return new ToolPin(props.version, { kind, amd64, arm64, member: props.member });
  }

  /**
   * Pin a release that is a container image, by its digest.
   *
   * @param props version and reference of the image
   */
  public static ofImage(props: ToolImageProps): ToolPin {
    requireVersion(props.version);
    if (isKnown(props.reference) && !/^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/.test(props.reference)) {
      throw invalid({
        prop: 'reference',
        rule: 'must be an image with its registry and digest',
        value: props.reference,
        remedy: 'write it like \'<registry>/<repository>@sha256:<64 hex digits>\': a tag can be moved',
      });
    }
    refuseLatest('reference', props.reference);
    return new ToolPin(props.version, { kind: 'image', image: props.reference });
  }

  /** The exact version that is pinned. */
  public readonly version: string;

  /** @internal */
  public readonly _release: PinnedRelease;

  private constructor(version: string, release: PinnedRelease) {
    this.version = version;
    this._release = release;
  }
}

/**
 * What a pin downloads.
 *
 * @internal
 */
export interface PinnedRelease {
  readonly kind: PinnedTool['kind'] | 'image';
  readonly amd64?: ToolDownload;
  readonly arm64?: ToolDownload;
  readonly image?: string;
  readonly member?: string;
}

function requireVersion(version: string): void {
  requireExactVersion('version', version);
  refuseLatest('version', version);
  if (isKnown(version) && /^v?\d{1,4}$/.test(version)) {
    throw invalid({
      prop: 'version',
      rule: 'must name exactly one release',
      value: version,
      remedy: 'write the full version, like \'0.120.1\': a major version alone floats',
    });
  }
}

function refuseLatest(prop: string, value: string): void {
  if (isKnown(value) && /(^|[^a-z0-9])latest([^a-z0-9]|$)/i.test(value)) {
    throw invalid({
      prop,
      rule: 'must name exactly one release',
      value,
      remedy: 'name the release itself: what \'latest\' points to changes, and its checksum with it',
    });
  }
}

function download(urlProp: string, url: string, shaProp: string, sha256: string | undefined): ToolDownload {
  requireDownloadUrl(urlProp, url);
  requireSha256(shaProp, sha256);
  return { url, sha256: sha256! };
}

function requireDownloadUrl(prop: string, url: string): void {
  const file = url.split(/[?#]/)[0].split('/').pop() ?? '';
  if (file === '' || Token.isUnresolved(file)) {
    throw invalid({
      prop,
      rule: 'must end in the name of a file that is known at synthesis',
      value: url,
      remedy: 'write it like \'https://example.com/v0.120.1/grype_0.120.1_linux_amd64.tar.gz\'',
    });
  }
  refuseLatest(prop, Token.isUnresolved(url) ? file : url);
  if (isMalicious(url)) {
    throw invalid({
      prop,
      rule: 'must not be a release that is known to be malicious',
      value: url,
      remedy: 'use Trivy 0.75.0 or newer: 0.69.4 to 0.69.6 were published by an attacker',
    });
  }
  if (Token.isUnresolved(url)) {
    return;
  }
  let parsed: URL | undefined;
  try {
    parsed = new URL(url);
  } catch {
    parsed = undefined;
  }
  if (!parsed || !/^(https|s3):$/.test(parsed.protocol) || parsed.hostname === '' || parsed.username !== '' || parsed.password !== '' ||
    parsed.search !== '' || parsed.hash !== '') {
    throw invalid({
      prop,
      rule: 'must be an https:// or s3:// URL without credentials and query',
      value: url,
      remedy: 'name the file where its publisher has it, or copy it to a bucket and use its s3:// URL',
    });
  }
}

function isMalicious(url: string): boolean {
  return /trivy/i.test(url) && /(^|[^0-9.])0\.69\.[456]([^0-9]|$)/.test(url);
}

function kindOf(url: string): PinnedRelease['kind'] {
  if (/\.(tar\.gz|tgz)$/i.test(url)) {
    return 'tar.gz';
  }
  return /\.zip$/i.test(url) ? 'zip' : 'binary';
}

function requireMember(member: string | undefined, kind: PinnedRelease['kind']): void {
  if (member === undefined) {
    return;
  }
  if (kind === 'binary') {
    throw invalid({
      prop: 'member',
      rule: 'must not be given for a URL that is no archive',
      value: member,
      remedy: 'leave it out, or use a URL that ends in .tar.gz, .tgz or .zip',
    });
  }
  if (!/^[A-Za-z0-9_.{}+-]+(\/[A-Za-z0-9_.{}+-]+)*$/.test(member) || member.split('/').includes('..')) {
    throw invalid({
      prop: 'member',
      rule: 'must be a relative path inside the archive',
      value: member,
      remedy: 'write it like \'linux-{arch}/helm\'',
    });
  }
}
