import { ImageTool, PinnedTool, PythonTool, TOOL_MANIFEST, ToolDownload, ToolEntry, ToolKind, UserSuppliedTool } from './manifest';
import { ToolMirror } from './tool-mirror';
import { ToolPin } from './tool-version';
import { invalid } from '../private/validate';

/** Architectures of the machines that jobs run on. */
export type ToolArchitecture = 'amd64' | 'arm64';

/** What a job fetches for one architecture. */
export interface RenderedDownload {
  /** https:// or s3:// */
  readonly url: string;
  readonly sha256: string;
  /** File or directory to take out; only for archives. */
  readonly member?: string;
}

/** One tool of a job's `tools.json`. */
export interface RenderedTool {
  readonly name: string;
  readonly version: string;
  readonly kind: ToolKind;
  /** All kinds but `image` and `python`. An architecture without a release is absent. */
  readonly platforms?: { readonly [architecture in ToolArchitecture]?: RenderedDownload };
  /** Kind `image`: reference with digest. */
  readonly image?: string;
  /** Kind `python`: the lock file and the list of its wheels, both in `tools/` of the script archive. */
  readonly requirements?: string;
  readonly wheels?: string;
  /** Kind `python`: s3:// URL below which each wheel is at `<sha256>/<file>`; absent without a mirror. */
  readonly mirror?: string;
}

/** What a job needs. */
export interface ToolSetOptions {
  /** Names of the manifest. */
  readonly tools: readonly string[];
  /** By name. Tools that the manifest does not know must be in `tools` and have a pin here. */
  readonly overrides?: { readonly [name: string]: ToolPin };
  readonly mirror?: ToolMirror;
}

/**
 * The content of a job's `tools.json`: only what the job uses, kubectl once per minor.
 *
 * With a mirror of a bucket that is made in the same app the URLs hold a token: render them with `Stack.toJsonString()`.
 */
export function renderToolSet(options: ToolSetOptions): RenderedTool[] {
  const { overrides = {} } = options;
  requireKnown('toolOverrides', Object.keys(overrides).filter((name) => !options.tools.includes(name)));
  requireKnown('tools', options.tools.filter((name) => !Object.hasOwn(overrides, name)));
  return [...new Set(options.tools)].flatMap((name) => {
    const entries = TOOL_MANIFEST.filter((entry) => entry.name === name);
    const pin = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (pin && entries.length === 0) {
      return [renderOwn(name, pin, options.mirror)];
    }
    return pin ? [renderOverride(entries[0], pin, options.mirror)] : entries.map((entry) => renderEntry(entry, options.mirror));
  });
}

/** Name of the file behind a URL, as it is in a mirror. */
export function fileNameOf(url: string): string {
  return decodeURIComponent(url.split('/').pop()!);
}

function requireKnown(prop: string, names: readonly string[]): void {
  for (const name of names) {
    if (!TOOL_MANIFEST.some((entry) => entry.name === name)) {
      const known = [...new Set(TOOL_MANIFEST.map((entry) => entry.name))].sort().join(', ');
      throw invalid({ prop, rule: 'must name tools of the manifest', value: name, remedy: `use one of: ${known}` });
    }
  }
}

function renderEntry(entry: ToolEntry, mirror: ToolMirror | undefined): RenderedTool {
  switch (entry.source) {
    case 'userSupplied':
      throw missingPin(entry);
    case 'python':
      return renderPython(entry, mirror);
    case 'pinned':
      return entry.kind === 'image' ? renderImage(entry) : renderPinned(entry, mirror);
  }
}

function renderPython(entry: PythonTool, mirror: ToolMirror | undefined): RenderedTool {
  return {
    name: entry.name,
    version: entry.version,
    kind: entry.kind,
    requirements: entry.requirements,
    wheels: entry.wheels,
    ...(mirror && { mirror: mirror.location }),
  };
}

function renderImage(entry: ImageTool): RenderedTool {
  return { name: entry.name, version: entry.version, kind: entry.kind, image: entry.image };
}

function renderPinned(entry: PinnedTool, mirror: ToolMirror | undefined): RenderedTool {
  const { any } = entry.platforms;
  return renderDownloads({
    name: entry.name,
    version: entry.version,
    kind: entry.kind,
    member: entry.member,
    amd64: any ?? entry.platforms['linux/amd64'],
    arm64: any ?? entry.platforms['linux/arm64'],
    mirror,
  });
}

function renderOverride(entry: ToolEntry, pin: ToolPin, mirror: ToolMirror | undefined): RenderedTool {
  const { kind, image, amd64, arm64, member } = pin._release;
  if (entry.source === 'python') {
    throw invalid({
      prop: `toolOverrides.${entry.name}`,
      rule: 'must not be given: it is installed from the library\'s lock file, which holds a hash for every package it needs',
      value: pin.version,
      remedy: `leave it out to get ${entry.version}, or mirror the wheels with 'toolMirror'`,
    });
  }
  if ((entry.kind === 'image') !== (kind === 'image')) {
    throw invalid({
      prop: `toolOverrides.${entry.name}`,
      rule: entry.kind === 'image' ? 'must be a container image' : 'must be a file to download, not a container image',
      value: image ?? amd64?.url,
      remedy: `use ToolPin.${entry.kind === 'image' ? 'ofImage' : 'of'}()`,
    });
  }
  if (kind === 'image') {
    return { name: entry.name, version: pin.version, kind, image: image! };
  }
  const runsAnywhere = entry.source === 'pinned' && entry.kind !== 'image' && entry.platforms.any !== undefined;
  const archive = kind === 'tar.gz' || kind === 'zip';
  return renderDownloads({
    name: entry.name,
    version: pin.version,
    kind,
    member: archive ? member ?? memberOf(entry) : undefined,
    amd64,
    arm64: arm64 ?? (runsAnywhere ? amd64 : undefined),
    mirror,
  });
}

/** A tool of the user's own, which only its pin describes. */
function renderOwn(name: string, pin: ToolPin, mirror: ToolMirror | undefined): RenderedTool {
  if (!/^[a-z][a-z0-9._-]{0,63}$/.test(name)) {
    throw invalid({ prop: 'tools', rule: 'must name tools by lower-case letters, digits, \'.\', \'_\' or \'-\'', value: name, remedy: 'use the name of the program' });
  }
  const { kind, image, amd64, arm64, member } = pin._release;
  if (kind === 'image') {
    return { name, version: pin.version, kind, image: image! };
  }
  const archive = kind === 'tar.gz' || kind === 'zip';
  return renderDownloads({ name, version: pin.version, kind, member: archive ? member ?? name : undefined, amd64, arm64, mirror });
}

/** An archive of a tool whose own releases are none has the program under the tool's name. */
function memberOf(entry: ToolEntry): string {
  return ('member' in entry ? entry.member : undefined) ?? entry.name;
}

interface Downloads {
  readonly name: string;
  readonly version: string;
  readonly kind: PinnedTool['kind'];
  readonly member?: string;
  readonly amd64?: ToolDownload;
  readonly arm64?: ToolDownload;
  readonly mirror?: ToolMirror;
}

function renderDownloads(downloads: Downloads): RenderedTool {
  const { name, version, kind, member, mirror } = downloads;
  const render = (architecture: ToolArchitecture): { [architecture: string]: RenderedDownload } => {
    const file = downloads[architecture];
    if (!file) {
      return {};
    }
    return {
      [architecture]: {
        url: mirror ? mirror._urlOf(fileNameOf(file.url), file.sha256) : file.url,
        sha256: file.sha256,
        ...(member && { member: member.replace(/\{arch\}/g, architecture).replace(/\{version\}/g, version) }),
      },
    };
  };
  return { name, version, kind, platforms: { ...render('amd64'), ...render('arm64') } };
}

function missingPin(entry: UserSuppliedTool): Error {
  return invalid({
    prop: `toolOverrides.${entry.name}`,
    rule: 'must be given: the library has no pin for this tool, because its version must match your server',
    remedy: `use ToolPin.of({ version, url, sha256 }) with a release from ${entry.urlTemplate} and the SHA-256 of your own download`,
  });
}
