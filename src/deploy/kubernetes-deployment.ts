import { invalid, isKnown, requireDnsLabel, requireRepositoryPath } from '../private/validate';

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

  /**
   * Other images that the manifests may hold, like a sidecar's: each with its registry and digest. No gate of the pipeline
   * scans them.
   *
   * @default - none: an image that is not the scanned one is an error
   */
  readonly allowedImages?: string[];
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

  /**
   * Other images that the manifests may hold, like a sidecar's: each with its registry and digest. No gate of the pipeline
   * scans them.
   *
   * @default - none: an image that is not the scanned one is an error
   */
  readonly allowedImages?: string[];
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
   * @throws if the path is empty or leaves the repository, or the image's name has a tag or digest
   */
  public static manifests(path: string, options: ManifestOptions = {}): KubernetesDeployment {
    return new KubernetesDeployment('manifests', path, imageEnvironment(options), ['kubectl']);
  }

  /**
   * A Kustomize overlay. It is built without plugins and without remote resources.
   *
   * @param path directory of the kustomization, relative to the repository
   * @param options how the image is written in it
   * @throws if the path is empty or leaves the repository, or the image's name has a tag or digest
   */
  public static kustomize(path: string, options: ManifestOptions = {}): KubernetesDeployment {
    return new KubernetesDeployment('kustomize', path, imageEnvironment(options), ['kubectl', 'kustomize']);
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
    options.valuesFiles?.forEach((file) => requireRepositoryPath('valuesFiles', file));
    return new KubernetesDeployment('helm', chartPath, {
      ALLOWED_IMAGES: renderAllowedImages(options.allowedImages),
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
    requireRepositoryPath('path', _path);
  }
}

/** How the job finds the image in the manifests. A port of the registry is no tag. */
function imageEnvironment({ imageName = 'app', allowedImages }: ManifestOptions): { [name: string]: string } {
  if (isKnown(imageName) && !/^[a-z0-9]+([._-][a-z0-9]+)*(:\d+(?=\/))?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(imageName)) {
    throw invalid({
      prop: 'imageName',
      rule: 'must be the name of an image without tag or digest',
      value: imageName,
      remedy: 'write it as the manifests do up to the colon, like \'shop\': the pipeline puts the digest that was scanned, never a tag like latest',
    });
  }
  return { IMAGE_NAME: imageName, ALLOWED_IMAGES: renderAllowedImages(allowedImages) };
}

function renderAllowedImages(images: string[] = []): string {
  for (const image of images) {
    if (isKnown(image) && !/^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/.test(image)) {
      throw invalid({
        prop: 'allowedImages',
        rule: 'must hold images with their registry and digest',
        value: image,
        remedy: 'write each like \'<registry>/<repository>@sha256:<64 hex digits>\': a tag can be moved',
      });
    }
  }
  return JSON.stringify(images);
}
