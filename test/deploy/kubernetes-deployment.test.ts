import { deploy, stackOf, target, templateOf } from './support';
import { KubernetesDeployment } from '../../src';
import { environmentOf, idOf, resourcesOf, written } from '../support/template-facts';

/** What the deploy job is told. */
function job(deployment: KubernetesDeployment): { environment: { [name: string]: string }; tools: string[] } {
  const stack = stackOf();
  const { deployment: { project } } = deploy(stack, target({ deployment }));
  const template = templateOf(stack);
  const buildspec: string = written(resourcesOf(template)[idOf(project)].Properties.Source.BuildSpec);
  return { environment: environmentOf(template, idOf(project)), tools: [...buildspec.matchAll(/\\"name\\":\\"([\w-]+)\\"/g)].map(([, name]) => name) };
}

test('plain manifests: their path, and the image as they write it', () => {
  const { environment, tools } = job(KubernetesDeployment.manifests('k8s/', { imageName: 'example/shop' }));

  expect(environment).toMatchObject({ DEPLOYMENT_KIND: 'manifests', DEPLOYMENT_PATH: 'k8s/', IMAGE_NAME: 'example/shop', ALLOWED_IMAGES: '[]' });
  expect(new Set(tools)).toEqual(new Set(['kubectl']));
});

test('the image is called app by default', () => {
  expect(job(KubernetesDeployment.manifests('k8s/')).environment.IMAGE_NAME).toBe('app');
});

test('Kustomize: its overlay, and the tool', () => {
  const { environment, tools } = job(KubernetesDeployment.kustomize('k8s/overlays/prod'));

  expect(environment).toMatchObject({ DEPLOYMENT_KIND: 'kustomize', DEPLOYMENT_PATH: 'k8s/overlays/prod' });
  expect(new Set(tools)).toEqual(new Set(['kubectl', 'kustomize']));
});

test('Helm: chart, values, release, and the values that take repository and digest', () => {
  const { environment, tools } = job(KubernetesDeployment.helm('chart', {
    releaseName: 'shop-web', valuesFiles: ['values.yaml', 'prod.yaml'], imageRepositoryValue: 'web.image', imageDigestValue: 'web.digest',
  }));

  expect(environment).toMatchObject({
    DEPLOYMENT_KIND: 'helm',
    DEPLOYMENT_PATH: 'chart',
    HELM_RELEASE: 'shop-web',
    HELM_VALUES_FILES: '["values.yaml","prod.yaml"]',
    HELM_IMAGE_REPOSITORY_VALUE: 'web.image',
    HELM_IMAGE_DIGEST_VALUE: 'web.digest',
  });
  expect(new Set(tools)).toEqual(new Set(['kubectl', 'helm']));
});

test('Helm by default: no values files, and image.repository and image.digest', () => {
  expect(job(KubernetesDeployment.helm('chart')).environment).toMatchObject({
    HELM_VALUES_FILES: '[]', HELM_IMAGE_REPOSITORY_VALUE: 'image.repository', HELM_IMAGE_DIGEST_VALUE: 'image.digest',
  });
});

test('the release of Helm is a DNS label', () => {
  expect(() => KubernetesDeployment.helm('chart', { releaseName: 'Shop' })).toThrow(/'releaseName' must be a DNS label .*, got 'Shop'; /);
});

test('other images are named with their digest', () => {
  const sidecar = `public.ecr.aws/envoy@sha256:${'a'.repeat(64)}`;

  expect(job(KubernetesDeployment.manifests('k8s/', { allowedImages: [sidecar] })).environment.ALLOWED_IMAGES).toBe(JSON.stringify([sidecar]));
  expect(() => KubernetesDeployment.manifests('k8s/', { allowedImages: ['public.ecr.aws/envoy:1.0'] }))
    .toThrow('\'allowedImages\' must hold images with their registry and digest, got \'public.ecr.aws/envoy:1.0\'; write each like');
});
