import { invalid, isKnown, requireDnsLabel } from '../private/validate';

/** Options of a deployment by Helm. */
export interface HelmOptions {
  /**
   * Name of the release.
   *
   * @default - the namespace
   */
  readonly releaseName?: string;

  /**
   * Values files, relative to the repository, in the order of precedence.
   *
   * @default - the chart's own values
   */
  readonly valuesFiles?: string[];

  /**
   * Value of the chart that takes the image's repository.
   *
   * @default 'image.repository'
   */
  readonly imageRepositoryValue?: string;

  /**
   * Value of the chart that takes the image's digest, `sha256:…`.
   *
   * @default 'image.digest'
   */
  readonly imageDigestValue?: string;
}

/** Options of a deployment from manifests or Kustomize. */
export interface ManifestOptions {
  /**
   * The image as the manifests write it, without tag or digest. Every reference to it is replaced by the digest that was
   * scanned; a reference that is left over is an error.
   *
   * @default 'app'
   */
  readonly imageName?: string;
}

/**
 * Where the manifests of the application come from. They are part of the commit, and rendered in the deploy job.
 */
export class KubernetesDeployment {
  /**
   * Plain manifests.
   *
   * @param path directory or file, relative to the repository
   * @param options how the image is written in them
   * @throws if the path is empty or leaves the repository
   */
  public static manifests(path: string, options: ManifestOptions = {}): KubernetesDeployment {
    return new KubernetesDeployment('manifests', path, { IMAGE_NAME: options.imageName ?? 'app' }, ['kubectl']);
  }

  /**
   * A Kustomize overlay. It is built without plugins and without remote resources.
   *
   * @param path directory of the kustomization, relative to the repository
   * @param options how the image is written in it
   * @throws if the path is empty or leaves the repository
   */
  public static kustomize(path: string, options: ManifestOptions = {}): KubernetesDeployment {
    return new KubernetesDeployment('kustomize', path, { IMAGE_NAME: options.imageName ?? 'app' }, ['kubectl', 'kustomize']);
  }

  /**
   * A Helm chart of the repository. Its dependencies must be vendored.
   *
   * @param chartPath directory of the chart, relative to the repository
   * @param options release and values
   * @throws if a path is empty or leaves the repository
   */
  public static helm(chartPath: string, options: HelmOptions = {}): KubernetesDeployment {
    if (options.releaseName !== undefined) {
      requireDnsLabel('releaseName', options.releaseName);
    }
    options.valuesFiles?.forEach((file) => requirePath('valuesFiles', file));
    return new KubernetesDeployment('helm', chartPath, {
      HELM_VALUES_FILES: JSON.stringify(options.valuesFiles ?? []),
      HELM_IMAGE_REPOSITORY_VALUE: options.imageRepositoryValue ?? 'image.repository',
      HELM_IMAGE_DIGEST_VALUE: options.imageDigestValue ?? 'image.digest',
      ...(options.releaseName !== undefined && { HELM_RELEASE: options.releaseName }),
    }, ['kubectl', 'helm']);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'manifests' | 'kustomize' | 'helm',
    /** @internal */
    public readonly _path: string,
    /** @internal */
    public readonly _environment: { [name: string]: string },
    /** @internal */
    public readonly _tools: string[],
  ) {
    requirePath('path', _path);
  }
}

function requirePath(prop: string, path: string): void {
  if (isKnown(path) && (path.trim() === '' || path.startsWith('/') || path.startsWith('-') || path.split('/').includes('..'))) {
    throw invalid({ prop, rule: 'must be a path within the repository', value: path, remedy: 'write it relative to the repository\'s root, like \'k8s/\'' });
  }
}
