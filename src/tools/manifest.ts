/**
 * The one list of what the jobs download: data only. A pin is changed here and nowhere else.
 *
 * Each SHA-256 was found in the publisher's own checksums or in two public places; a job compares it with what it
 * downloaded and stops on a difference.
 */

/** Name of a tool that a job may ask for. */
export type ToolName = 'anchorectl' | 'buildkit' | 'crane' | 'git-secrets' | 'gitleaks' | 'grype' | 'helm' | 'kubeconform' | 'kubectl'
  | 'kustomize' | 'semgrep' | 'snyk' | 'syft' | 'zap';

/** How a download becomes something to run. */
export type ToolKind = 'binary' | 'script' | 'tar.gz' | 'zip' | 'image' | 'python';

/** What a download is made for; `any` runs on both architectures. */
export type ToolPlatform = 'linux/amd64' | 'linux/arm64' | 'any';

/** One file to download. */
export interface ToolDownload {
  readonly url: string;
  readonly sha256: string;
}

interface ToolEntryBase {
  readonly name: ToolName;
  readonly kind: ToolKind;
}

/** A release that the library pins. */
export interface PinnedTool extends ToolEntryBase {
  readonly source: 'pinned';
  readonly kind: 'binary' | 'script' | 'tar.gz' | 'zip';
  readonly version: string;
  /** File or directory to take out of the archive; `{arch}` is amd64 or arm64, `{version}` the version. */
  readonly member?: string;
  readonly platforms: { readonly [platform in ToolPlatform]?: ToolDownload };
}

/** A container image, pinned by the digest of its index. */
export interface ImageTool extends ToolEntryBase {
  readonly source: 'pinned';
  readonly kind: 'image';
  readonly version: string;
  readonly image: string;
}

/** A Python package, installed from a lock file that holds a hash for every wheel. */
export interface PythonTool extends ToolEntryBase {
  readonly source: 'python';
  readonly kind: 'python';
  readonly version: string;
  /** Requirements with hashes, a file of this folder. */
  readonly requirements: string;
  /** The wheels that the requirements select: what a mirror must hold. A file of this folder. */
  readonly wheels: string;
}

/** A tool whose publisher shows no checksum, or whose version depends on the user's server. */
export interface UserSuppliedTool extends ToolEntryBase {
  readonly source: 'userSupplied';
  readonly kind: 'tar.gz';
  readonly member?: string;
  /** Where the publisher keeps the releases, for the error message. */
  readonly urlTemplate: string;
}

/** One entry of the manifest. */
export type ToolEntry = PinnedTool | ImageTool | PythonTool | UserSuppliedTool;

/** Every tool, by name; kubectl once per minor, newest first: the deploy job picks by the cluster's version. */
export const TOOL_MANIFEST: readonly ToolEntry[] = [
  {
    // The latest tag (2019) lacks the patterns of Bedrock keys and the fix for shells without a terminal.
    name: 'git-secrets',
    source: 'pinned',
    kind: 'script',
    version: '7d6b970cbd3c216353cb22b383b70c150140662e',
    platforms: {
      any: {
        url: 'https://raw.githubusercontent.com/awslabs/git-secrets/7d6b970cbd3c216353cb22b383b70c150140662e/git-secrets',
        sha256: '775e3f0d2f2f8e4b5922115f1235f7369805de76f4efc69cb674bcba5590d0fa',
      },
    },
  },
  {
    name: 'gitleaks',
    source: 'pinned',
    kind: 'tar.gz',
    version: '8.30.1',
    member: 'gitleaks',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/gitleaks/gitleaks/releases/download/v8.30.1/gitleaks_8.30.1_linux_x64.tar.gz',
        sha256: '551f6fc83ea457d62a0d98237cbad105af8d557003051f41f3e7ca7b3f2470eb',
      },
      'linux/arm64': {
        url: 'https://github.com/gitleaks/gitleaks/releases/download/v8.30.1/gitleaks_8.30.1_linux_arm64.tar.gz',
        sha256: 'e4a487ee7ccd7d3a7f7ec08657610aa3606637dab924210b3aee62570fb4b080',
      },
    },
  },
  {
    name: 'syft',
    source: 'pinned',
    kind: 'tar.gz',
    version: '1.54.1',
    member: 'syft',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/anchore/syft/releases/download/v1.54.1/syft_1.54.1_linux_amd64.tar.gz',
        sha256: 'c069905b391cc4c20a5ba65ad5c10be2a7ba074f8ea6ad203e24d14e303dad47',
      },
      'linux/arm64': {
        url: 'https://github.com/anchore/syft/releases/download/v1.54.1/syft_1.54.1_linux_arm64.tar.gz',
        sha256: 'dfdf0537610113edbefe1f1fc6548bc957b2d77439636ec824fcf0e10d46d054',
      },
    },
  },
  {
    name: 'grype',
    source: 'pinned',
    kind: 'tar.gz',
    version: '0.120.1',
    member: 'grype',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/anchore/grype/releases/download/v0.120.1/grype_0.120.1_linux_amd64.tar.gz',
        sha256: '0a9ee97ef5ae2ee953b0a80098105052e846cdbe319a57d808b519c33cd1343d',
      },
      'linux/arm64': {
        url: 'https://github.com/anchore/grype/releases/download/v0.120.1/grype_0.120.1_linux_arm64.tar.gz',
        sha256: '29f47391dc283aa79fcc38e65224cd61f64dec0ecfd0db7074128ebf8ff23514',
      },
    },
  },
  {
    name: 'snyk',
    source: 'pinned',
    kind: 'binary',
    version: '1.1307.4',
    platforms: {
      'linux/amd64': {
        url: 'https://downloads.snyk.io/cli/v1.1307.4/snyk-linux',
        sha256: 'b0baee4fa4d7d11b7df927a1046cf8137a8a89fafac8101a45c3c0e0777ddc35',
      },
      'linux/arm64': {
        url: 'https://downloads.snyk.io/cli/v1.1307.4/snyk-linux-arm64',
        sha256: '694c014c1d0db25b481092fd7df6edf6e01449d5ab7b043843a6fb41c141ba08',
      },
    },
  },
  {
    name: 'kubectl',
    source: 'pinned',
    kind: 'binary',
    version: '1.37.1',
    platforms: {
      'linux/amd64': {
        url: 'https://dl.k8s.io/release/v1.37.1/bin/linux/amd64/kubectl',
        sha256: '65691ff77eb6fa44c908b77a1082c9f092c3b9733b5cefabec0d1104890e21a8',
      },
      'linux/arm64': {
        url: 'https://dl.k8s.io/release/v1.37.1/bin/linux/arm64/kubectl',
        sha256: 'ff749f4b78d9c4f1ec87307df9b50119ed819e2094aa9810cb9acffc3286c8c7',
      },
    },
  },
  {
    name: 'kubectl',
    source: 'pinned',
    kind: 'binary',
    version: '1.36.4',
    platforms: {
      'linux/amd64': {
        url: 'https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubectl',
        sha256: '8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a',
      },
      'linux/arm64': {
        url: 'https://dl.k8s.io/release/v1.36.4/bin/linux/arm64/kubectl',
        sha256: '0ecf44450ee6063bf19dd166a103ee6df4a9034455c2abce626e6eea657d73fb',
      },
    },
  },
  {
    name: 'kubectl',
    source: 'pinned',
    kind: 'binary',
    version: '1.35.8',
    platforms: {
      'linux/amd64': {
        url: 'https://dl.k8s.io/release/v1.35.8/bin/linux/amd64/kubectl',
        sha256: '874d5e72dbb819f43cff16bcd1e4f8bac5b7f2361fe1e55049b0a6c676fb0cbf',
      },
      'linux/arm64': {
        url: 'https://dl.k8s.io/release/v1.35.8/bin/linux/arm64/kubectl',
        sha256: 'cc749967b62f4422260bc9c0aa7a7c55f45175ae38cb8d95767b5d2b7e04c1fd',
      },
    },
  },
  {
    name: 'kubectl',
    source: 'pinned',
    kind: 'binary',
    version: '1.34.11',
    platforms: {
      'linux/amd64': {
        url: 'https://dl.k8s.io/release/v1.34.11/bin/linux/amd64/kubectl',
        sha256: '8efbb9435132a190920eb65a47a8c1ecf755ad85ab57a600c9bedbab460bb7a8',
      },
      'linux/arm64': {
        url: 'https://dl.k8s.io/release/v1.34.11/bin/linux/arm64/kubectl',
        sha256: '5b045a4712674c88a56fd98eef4285689738b7fbe8735e1b9ee3509521af5cb4',
      },
    },
  },
  {
    name: 'helm',
    source: 'pinned',
    kind: 'tar.gz',
    version: '4.3.0',
    member: 'linux-{arch}/helm',
    platforms: {
      'linux/amd64': {
        url: 'https://get.helm.sh/helm-v4.3.0-linux-amd64.tar.gz',
        sha256: '86584a54def73570558f66f5111cc53dfed56689637ae32c1201205d494f54fb',
      },
      'linux/arm64': {
        url: 'https://get.helm.sh/helm-v4.3.0-linux-arm64.tar.gz',
        sha256: '31c5794dd55c66a51e6b7d2e2ac7a114ae8b1de41ff1d9ba51748ac973b06a08',
      },
    },
  },
  {
    name: 'kustomize',
    source: 'pinned',
    kind: 'tar.gz',
    version: '5.8.2',
    member: 'kustomize',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.2/kustomize_v5.8.2_linux_amd64.tar.gz',
        sha256: '06af0a202c2b831207d0173f9c9cdb1b30abceca0747cb3fbb72792d26055c95',
      },
      'linux/arm64': {
        url: 'https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.2/kustomize_v5.8.2_linux_arm64.tar.gz',
        sha256: '0991957191951cb7dddd142403b5bb98a1fcd6378ba0079dddc1e2c309080a7f',
      },
    },
  },
  {
    name: 'crane',
    source: 'pinned',
    kind: 'tar.gz',
    version: '0.21.9',
    member: 'crane',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/google/go-containerregistry/releases/download/v0.21.9/go-containerregistry_Linux_x86_64.tar.gz',
        sha256: '5c16d8ddb971cb1d5e6ed8b1e743da8224414eeba2c2762d8f1a61b2f095699e',
      },
      'linux/arm64': {
        url: 'https://github.com/google/go-containerregistry/releases/download/v0.21.9/go-containerregistry_Linux_arm64.tar.gz',
        sha256: '1f4c647b7bb260ab5435661df5b526cf59950ebf95201790db7183ac189cbcbd',
      },
    },
  },
  {
    name: 'kubeconform',
    source: 'pinned',
    kind: 'tar.gz',
    version: '0.8.0',
    member: 'kubeconform',
    platforms: {
      'linux/amd64': {
        url: 'https://github.com/yannh/kubeconform/releases/download/v0.8.0/kubeconform-linux-amd64.tar.gz',
        sha256: '9bc2bffbf71f261128533edaf912153948b7ff238f9a531ae6d34466ec287883',
      },
      'linux/arm64': {
        url: 'https://github.com/yannh/kubeconform/releases/download/v0.8.0/kubeconform-linux-arm64.tar.gz',
        sha256: '1f53fc8e81258197a35e8603054162a5af1de8c5af13746c71ab680d9534ed87',
      },
    },
  },
  {
    // Needs Java 17 or newer; its add-ons are in the package and are never updated at run time.
    name: 'zap',
    source: 'pinned',
    kind: 'tar.gz',
    version: '2.17.0',
    member: 'ZAP_{version}',
    platforms: {
      any: {
        url: 'https://github.com/zaproxy/zaproxy/releases/download/v2.17.0/ZAP_2.17.0_Linux.tar.gz',
        sha256: 'efe799aaa3627db683b43f00c9c210aea0b75c00cc8f0a0f0434d12bb3ddde5a',
      },
    },
  },
  {
    name: 'buildkit',
    source: 'pinned',
    kind: 'image',
    version: '0.29.0',
    image: 'docker.io/moby/buildkit:v0.29.0@sha256:0039c1d47e8748b5afea56f4e85f14febaf34452bd99d9552d2daa82262b5cc5',
  },
  {
    name: 'semgrep',
    source: 'python',
    kind: 'python',
    version: '1.179.0',
    requirements: 'semgrep.lock.txt',
    wheels: 'semgrep.wheels.json',
  },
  {
    // Must match the Anchore Enterprise server, and no public checksum was found.
    name: 'anchorectl',
    source: 'userSupplied',
    kind: 'tar.gz',
    member: 'anchorectl',
    urlTemplate: 'https://anchorectl-releases.anchore.io/anchorectl/v<version>/anchorectl_<version>_linux_amd64.tar.gz',
  },
];
