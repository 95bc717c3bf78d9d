import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { EksDeployment, EksDeploymentProps } from '../../src/deploy/eks-deployment';
import { EksTarget, NamedEksTargetOptions } from '../../src/deploy/eks-target';
import { KubernetesDeployment } from '../../src/deploy/kubernetes-deployment';
import { RequiredGates } from '../../src/gates/required-gates';
import { PipelineWorkspace, PipelineWorkspaceProps } from '../../src/workspace/pipeline-workspace';
import { newRun, registerGates } from '../jobs/support';

export const PIPELINE_ACCOUNT = '111122223333';
export const CLUSTER_ACCOUNT = '444455556666';
export const REGION = 'eu-central-1';

export function stackOf(account: string = PIPELINE_ACCOUNT, id: string = 'Shop', app: App = new App(), region: string = REGION): Stack {
  return new Stack(app, id, { env: { account, region } });
}

export function target(options: Partial<NamedEksTargetOptions> = {}): EksTarget {
  return EksTarget.fromClusterName('shop-cluster', { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/'), ...options });
}

/** A deployment in somebody's own pipeline. */
export function deploy(
  stack: Stack, to: EksTarget, props: Partial<EksDeploymentProps> = {}, workspaceProps: PipelineWorkspaceProps = {},
): { deployment: EksDeployment; workspace: PipelineWorkspace } {
  const workspace = new PipelineWorkspace(stack, 'Workspace', workspaceProps);
  registerGates(workspace, 'image', 'code', 'licences');
  const deployment = new EksDeployment(stack, 'Deployment', {
    workspace,
    run: newRun(),
    target: to,
    environmentName: 'staging',
    repository: ecr.Repository.fromRepositoryName(stack, 'Images', 'shop'),
    requiredGates: RequiredGates.of('image', 'code'),
    ...props,
  });
  return { deployment, workspace };
}

export function templateOf(stack: Stack): Template {
  return Template.fromStack(stack);
}
