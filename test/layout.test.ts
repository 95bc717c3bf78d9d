import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApproverRule, EksTarget, GatePolicy, KubernetesDeployment, Severity, Waivers } from '../src';
import { ACCOUNT, HeadersGate, LicencesGate, maximalExample, minimalExample, olderClusters, type Overrides, privateClusters, templateOf, WAIVERS_FILE } from './support/example-pipeline';
import { list, resourcesOf, written } from './support/template-facts';

describe('clusters in a stack of their own', () => {
  test.each([['public', minimalExample], ['private', maximalExample]])('aws-eks-v2, %s: both stacks synthesize, and only the pipeline depends on the clusters', (_, make) => {
    const { app, stack, clusterStack } = make();

    expect(() => app.synth()).not.toThrow();
    expect(stack.dependencies).toEqual([clusterStack]);
    expect(clusterStack.dependencies).toEqual([]);
  });

  test('aws-eks, made by the app: both stacks synthesize', () => {
    const { app, stack, clusterStack } = minimalExample({
      clusters: (scope) => {
        const cluster = (id: string, its: Stack) => new eks.Cluster(its, id, {
          version: eks.KubernetesVersion.V1_33,
          vpc: new ec2.Vpc(its, `${id}Vpc`, { maxAzs: 2 }),
          defaultCapacity: 0,
          kubectlLayer: lambda.LayerVersion.fromLayerVersionArn(its, `${id}Kubectl`, `arn:aws:lambda:eu-central-1:${ACCOUNT}:layer:kubectl:1`),
          authenticationMode: eks.AuthenticationMode.API_AND_CONFIG_MAP,
          endpointAccess: eks.EndpointAccess.PRIVATE,
        });
        // aws-eks allows for one cluster per stack.
        return { staging: cluster('Staging', scope), production: cluster('Production', new Stack(scope.node.root as App, 'ProductionCluster')) };
      },
    });

    expect(() => app.synth()).not.toThrow();
    expect(stack.dependencies).toContain(clusterStack);
    expect(clusterStack.dependencies).not.toContain(stack);
  });

  test('aws-eks, imported: both stacks synthesize', () => {
    const { app } = minimalExample({ clusters: olderClusters });

    expect(() => app.synth()).not.toThrow();
  });

  test('clusters in the pipeline\'s own stack synthesize too', () => {
    const { app, stack } = minimalExample({
      overrides: (scope) => {
        const { staging, production, vpc } = privateClusters(scope);
        const target = (cluster: typeof staging) => EksTarget.cluster(cluster, { namespace: 'shop', deployment: KubernetesDeployment.manifests('k8s/') });
        return { staging: target(staging), production: target(production), vpc };
      },
    });

    expect(() => app.synth()).not.toThrow();
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('limits of AWS', () => {
  const examples: [string, Template][] = [['minimal', templateOf(minimalExample())], ['maximal', templateOf(maximalExample())]];

  test.each(examples)('the policies of each role of the %s template take less than 10,240 characters', (_, template) => {
    const sizes = Object.keys(resourcesOf(template, 'AWS::IAM::Role')).map((role) => ({ role, size: inlinePolicySize(template, role) }));

    expect(sizes.filter(({ size }) => size >= 10240)).toEqual([]);
    // The pipeline's has room left for gates and stages of the user's own.
    expect(sizes.find(({ role }) => role.startsWith('DeliveryPipelineRole'))!.size).toBeLessThan(8500);
  });

  test('the role of a pipeline with six more gates keeps its policy below 10,240 characters', () => {
    const gates = [1, 2, 3, 4, 5, 6].map((number) => new (class extends LicencesGate {
      public readonly gateId = `gate-${number}`;
    })());
    const template = templateOf(maximalExample({ overrides: () => ({ additionalGates: gates, policies: {} }) }));
    const [role] = Object.keys(resourcesOf(template, 'AWS::IAM::Role')).filter((id) => id.startsWith('DeliveryPipelineRole'));

    expect(inlinePolicySize(template, role)).toBeLessThan(10240);
  });

  test.each(examples)('the %s template has less than 500 resources and 1 MB', (_, template) => {
    expect(Object.keys(resourcesOf(template)).length).toBeLessThan(500);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
  });

  test.each(examples)('no function of the %s template has more than 4 KB of environment', (_, template) => {
    const sizes = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) => longest(Properties.Environment.Variables).length);

    expect(Math.max(...sizes)).toBeLessThan(4096);
  });
});

/** A policy as long as it can become: names that CloudFormation generates, at their longest. Blanks do not count. */
function inlinePolicySize(template: Template, roleId: string): number {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter(({ Properties }) => list(Properties.Roles).some((role: any) => role.Ref === roleId))
    .map(({ Properties }) => longest(Properties.PolicyDocument).length).reduce((sum, size) => sum + size, 0);
}

/** JSON with every name that is known at deployment only as long as such names usually get. */
function longest(value: any): string {
  return JSON.stringify(written(value))
    .replace(/<AWS::Partition>/g, 'aws-us-gov').replace(/<AWS::Region>/g, 'ap-southeast-2').replace(/<AWS::AccountId>/g, '111122223333')
    .replace(/<import [^>]*>/g, 'x'.repeat(60))
    .replace(/<(\w+)\.Arn>/g, (_, id: string) => `arn:aws-us-gov:service:ap-southeast-2:111122223333:type/Shop-${id.slice(0, 40)}-ABCDEFGHIJKL`)
    .replace(/<(\w+)>/g, (_, id: string) => `Shop-${id.slice(0, 40)}-ABCDEFGHIJKL`);
}

describe('logical ids', () => {
  const STATEFUL = [
    'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::ECR::Repository', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::CodePipeline::Pipeline',
    'AWS::CloudTrail::Trail', 'AWS::CodeCommit::Repository', 'AWS::Logs::LogGroup', 'AWS::Config::ConfigurationRecorder', 'AWS::EKS::AccessEntry',
  ];

  /** Replacing one of these loses data, findings or the pipeline's history: a change of this list is a breaking change. */
  const PINNED = [
    'AWS::CloudTrail::Trail DeliveryAuditTrailRecordTrailEACCF3CF',
    'AWS::CodeCommit::Repository DeliverySourceRepositoryBFFFC507',
    'AWS::CodePipeline::Pipeline DeliveryPipelineE8584D71',
    'AWS::Config::ConfigurationRecorder DeliveryComplianceRulesRecordingRecorder9C86553C',
    'AWS::ECR::Repository DeliveryBuildLayerCacheC6989E78',
    'AWS::ECR::Repository DeliveryReleaseRepository5334EA07',
    'AWS::EKS::AccessEntry DeliveryDynamicScanAccessEntryC9E4DB50',
    'AWS::EKS::AccessEntry DeliveryProductionAccessEntry4024ABE3',
    'AWS::EKS::AccessEntry DeliveryStagingAccessEntry4A3CB1E5',
    'AWS::KMS::Key DeliveryWorkspaceKeyC3323487',
    'AWS::Logs::LogGroup DeliveryAdditionalGatesheadersScanGateJobLogs4B277F9C',
    'AWS::Logs::LogGroup DeliveryAdditionalGateslicencesScanGateJobLogsFF4B633A',
    'AWS::Logs::LogGroup DeliveryApprovalApproverCheckLogs8F1BA18D',
    'AWS::Logs::LogGroup DeliveryApprovalBriefLogs8E97BF2C',
    'AWS::Logs::LogGroup DeliveryAuditTrailRecordLogGroupBF7F8B41',
    'AWS::Logs::LogGroup DeliveryBuildJobLogs2C5AB27F',
    'AWS::Logs::LogGroup DeliveryCodeScanGateJobLogs5FFACE6D',
    'AWS::Logs::LogGroup DeliveryDynamicScanGateJobLogs48272524',
    'AWS::Logs::LogGroup DeliveryImageScanGateJobLogsA9096B9B',
    'AWS::Logs::LogGroup DeliveryProductionJobLogs22FBC5CB',
    'AWS::Logs::LogGroup DeliveryRegistryScanHandlerLogs00606451',
    'AWS::Logs::LogGroup DeliveryReleaseJobLogsF687D5C2',
    'AWS::Logs::LogGroup DeliverySecretsGateJobLogs3AA7078F',
    'AWS::Logs::LogGroup DeliveryStagingJobLogs25ECE4F3',
    'AWS::Logs::LogGroup DeliveryWorkspaceNormalizerHandlerLogs832AADBC',
    'AWS::S3::Bucket DeliveryAuditTrailRecordLogBucketA210E45D',
    'AWS::S3::Bucket DeliveryComplianceRulesRecordingBucketAAEC9DFC',
    'AWS::S3::Bucket DeliveryWorkspaceAccessLogsA923E14A',
    'AWS::S3::Bucket DeliveryWorkspaceArtifactsDC085888',
    'AWS::S3::Bucket DeliveryWorkspaceNormalizerFindingsBucket4D8C12E9',
    'AWS::SNS::Topic DeliveryApprovalTopicCD1C8E1E',
    'AWS::SNS::Topic DeliveryNotificationsTopic2A3C9C86',
    'AWS::SQS::Queue DeliveryWorkspaceNormalizerFailedDD8FA978',
  ];

  function stateful(template: Template): string[] {
    return STATEFUL.flatMap((type) => Object.keys(resourcesOf(template, type)).map((id) => `${type} ${id}`)).sort();
  }

  test('of resources that must not be replaced are what they were', () => {
    expect(stateful(templateOf(maximalExample()))).toEqual(PINNED);
  });

  test.each<[string, Overrides]>([
    ['more recipients', { approvalRecipients: ['a@example.com', 'security@example.com'], notificationRecipients: ['security@example.com', 'team@example.com'] }],
    ['gates', { additionalGates: [new LicencesGate(), new HeadersGate()] }],
    ['policies', { policies: { image: GatePolicy.failOn(Severity.LOW), code: GatePolicy.auditOnly() } }],
    ['waivers', { waivers: Waivers.fromFile(WAIVERS_FILE) }],
    ['an approver rule', { approverRule: ApproverRule.NOT_THE_AUTHOR }],
    ['another way to build', { imageBuild: { commands: ['make'], testReports: ['*.xml'] } }],
  ])('stay when the pipeline gets %s', (_, overrides) => {
    const before = durable(templateOf(minimalExample()));
    const after = durable(templateOf(minimalExample({ overrides: () => overrides })));

    expect(before.filter((id) => !after.includes(id))).toEqual([]);
  });

  test('are the same at every synth', () => {
    expect(Object.keys(templateOf(maximalExample()).toJSON().Resources)).toEqual(Object.keys(templateOf(maximalExample()).toJSON().Resources));
  });

  /** Versions of functions are new whenever their function is. */
  function durable(template: Template): string[] {
    return Object.entries(resourcesOf(template)).filter(([, { Type }]) => Type !== 'AWS::Lambda::Version').map(([id]) => id);
  }
});
