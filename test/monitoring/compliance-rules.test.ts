import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { eventRules, importedProjects, nagViolations, REGIONS, stackIn } from './support';
import { COMPLIANCE_CHECKS, ComplianceCheck, RECORDED_TYPES } from '../../src/monitoring/compliance-checks';
import { ComplianceRules, ComplianceRulesProps } from '../../src/monitoring/compliance-rules';
import { ConfigRecorder } from '../../src/monitoring/config-recorder';
import { RECORDER_READS } from '../../src/monitoring/recorder-permissions';

function rulesFor(props: ComplianceRulesProps, stack = stackIn('eu-central-1')) {
  const rules = new ComplianceRules(stack, 'Compliance', props);
  return { stack, rules, template: Template.fromStack(stack) };
}

/** A stack with one of everything that can be checked; the resources are imported, so that nag looks at the rules only. */
function everything(region: string, props: ComplianceRulesProps = {}) {
  const stack = stackIn(region);
  return rulesFor({
    projects: importedProjects(stack, 'image'),
    repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'),
    buckets: [s3.Bucket.fromBucketName(stack, 'Bucket', 'artifacts')],
    functions: [lambda.Function.fromFunctionName(stack, 'Function', 'normalizer')],
    topics: [sns.Topic.fromTopicArn(stack, 'Topic', stack.formatArn({ service: 'sns', resource: 'approvals' }))],
    privateClusterNames: ['production'],
    ...props,
  }, stack);
}

function ownProject(id: string, stack = stackIn('eu-central-1')) {
  const project = new codebuild.Project(stack, id, { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) });
  return { stack, project };
}

function identifiers(template: Template): string[] {
  return Object.values(template.findResources('AWS::Config::ConfigRule'))
    .map(({ Properties }) => Properties.Source.SourceIdentifier).sort();
}

test('every resource that is given is checked', () => {
  const stack = stackIn('eu-central-1');
  const bucket = new s3.Bucket(stack, 'Logs');
  const { template } = rulesFor({
    projects: importedProjects(stack, 'image'),
    repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'),
    buckets: [bucket],
    functions: [lambda.Function.fromFunctionName(stack, 'Function', 'normalizer')],
    topics: [sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-central-1:111122223333:approvals')],
    privateClusterNames: ['production'],
    trail: new cloudtrail.Trail(stack, 'Trail', { bucket }),
  }, stack);

  expect(identifiers(template)).toEqual(COMPLIANCE_CHECKS.map(({ identifier }) => identifier).sort());
});

test('resources that are not given are not checked', () => {
  expect(identifiers(rulesFor({}).template)).toEqual(['CMK_BACKING_KEY_ROTATION_ENABLED']);
});

test('omitted checks are left out', () => {
  const { template } = rulesFor({ omittedChecks: [ComplianceCheck.KEY_ROTATION] });

  expect(identifiers(template)).toEqual([]);
});

test('rules look only at resources that carry the tag of these rules', () => {
  const { stack, project } = ownProject('Image');
  const { template, rules } = rulesFor({ projects: [project] }, stack);
  const tag = { Key: 'cdk-devsecops-eks:compliance', Value: rules.scopeTagValue };

  template.hasResourceProperties('AWS::CodeBuild::Project', { Tags: [tag] });
  template.hasResourceProperties('AWS::Config::ConfigRule', {
    Source: { SourceIdentifier: 'CODEBUILD_PROJECT_LOGGING_ENABLED' },
    Scope: { TagKey: tag.Key, TagValue: tag.Value },
  });
});

test('a resource that the app does not own has to be tagged by hand, and a warning says so', () => {
  const stack = stackIn('eu-central-1');
  const { rules } = rulesFor({ projects: importedProjects(stack, 'image') }, stack);

  Annotations.fromStack(stack).hasWarning('/Shop/image', Match.stringLikeRegexp(
    `tag it with cdk-devsecops-eks:compliance=${rules.scopeTagValue}, or it is not checked.*cdk-devsecops-eks:ComplianceRules.untagged`));
});

test('the one project that must run privileged is exempt', () => {
  const stack = stackIn('eu-central-1');
  const projects = importedProjects(stack, 'image', 'scan');
  const { template } = rulesFor({ projects, privilegedProjects: [projects[0]] }, stack);

  template.hasResourceProperties('AWS::Config::ConfigRule', {
    Source: { SourceIdentifier: 'CODEBUILD_PROJECT_ENVIRONMENT_PRIVILEGED_CHECK' },
    InputParameters: { exemptedProjects: 'image' },
  });
});

test('no project is exempt by default', () => {
  const stack = stackIn('eu-central-1');
  const { template } = rulesFor({ projects: importedProjects(stack, 'image') }, stack);

  template.hasResourceProperties('AWS::Config::ConfigRule', {
    Source: { SourceIdentifier: 'CODEBUILD_PROJECT_ENVIRONMENT_PRIVILEGED_CHECK' },
    InputParameters: Match.absent(),
  });
});

test('a privileged project that is not one of the projects is refused', () => {
  const stack = stackIn('eu-central-1');

  expect(() => rulesFor({ privilegedProjects: importedProjects(stack, 'image') }, stack)).toThrow(
    '\'privilegedProjects\' must hold projects that \'projects\' holds too, got \'Shop/image\'; add the project to \'projects\', or take it out here');
});

test('a resource that stops to comply is told, by rule', () => {
  const stack = stackIn('eu-central-1');
  rulesFor({ projects: importedProjects(stack, 'image') }, stack);
  const told = eventRules(stack).find(({ text }) => text.includes('CODEBUILD_PROJECT_LOGGING_ENABLED'))!;

  expect(told.pattern).toEqual({
    'source': ['aws.config'],
    'detail-type': ['Config Rules Compliance Change'],
    'detail': {
      configRuleName: [{ Ref: expect.stringContaining('ComplianceProjectLogging') }],
      newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
    },
  });
  expect(told.text).toContain('"What to do: Deploy the CDK app again to undo the change."');
});

test('periodic rules look at all of the Region, and only this pipeline\'s resources are told', () => {
  const { stack } = everything('eu-central-1');
  const told = (identifier: string) => eventRules(stack).find(({ text }) => text.includes(identifier))!.pattern.detail.resourceId;

  expect(told('ECR_PRIVATE_IMAGE_SCANNING_ENABLED')).toEqual(['shop']);
  expect(told('EKS_ENDPOINT_NO_PUBLIC_ACCESS')).toEqual(['production', { suffix: '/production' }]);
});

test('by default the account\'s recorder is used, and a warning says that one is needed', () => {
  const { stack, template } = rulesFor({});

  template.resourceCountIs('AWS::Config::ConfigurationRecorder', 0);
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(
    'the deployment fails unless this Region has a recorder.*until it records AWS::KMS::Key.*cdk-devsecops-eks:ComplianceRules.recorder'));
});

test('a recorder can be created, limited to the types that are checked', () => {
  const { stack, template } = rulesFor({ recorder: ConfigRecorder.create() });

  template.hasResourceProperties('AWS::Config::ConfigurationRecorder', {
    RecordingGroup: { AllSupported: false, IncludeGlobalResourceTypes: false, ResourceTypes: ['AWS::KMS::Key'] },
  });
  template.resourceCountIs('AWS::Config::DeliveryChannel', 1);
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('recorder'));
});

test('rules wait for a recorder that is created', () => {
  const { template } = rulesFor({ recorder: ConfigRecorder.create() });

  template.hasResource('AWS::Config::ConfigRule', {
    DependsOn: [Match.stringLikeRegexp('RecordingChannel'), Match.stringLikeRegexp('RecordingRecorder')],
  });
});

test('a recorder that is created may read every type that is checked, and nothing else', () => {
  expect(Object.keys(RECORDER_READS).sort()).toEqual(Object.values(RECORDED_TYPES).sort());
  rulesFor({ recorder: ConfigRecorder.create() }).template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: RECORDER_READS['AWS::KMS::Key'], Resource: '*' })]) },
  });
});

test('in the China Regions, the check that AWS Config does not offer there is left out with a warning', () => {
  const { stack, template } = everything('cn-north-1');

  expect(identifiers(template)).not.toContain('ECR_PRIVATE_IMAGE_SCANNING_ENABLED');
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('does not offer ECR_PRIVATE_IMAGE_SCANNING_ENABLED'));
});

test('a given key is checked and encrypts the topic', () => {
  const stack = stackIn('eu-central-1');
  const { template } = rulesFor({ encryptionKey: new kms.Key(stack, 'Given') }, stack);

  template.resourceCountIs('AWS::KMS::Key', 1);
});

test('a given topic is told', () => {
  const stack = stackIn('eu-central-1');
  const topic = new sns.Topic(stack, 'Given');

  expect(rulesFor({ topic }, stack).rules.topic).toBe(topic);
});

test('recipients are subscribed, also when another construct subscribed them to the same topic', () => {
  const stack = stackIn('eu-central-1');
  const topic = new sns.Topic(stack, 'Given');
  new ComplianceRules(stack, 'Others', { topic, recipients: ['team@example.com'] });
  const { template } = rulesFor({ topic, recipients: ['team@example.com'] }, stack);

  template.resourceCountIs('AWS::SNS::Subscription', 1);
});

test('a recipient that is no e-mail address is refused', () => {
  expect(() => rulesFor({ recipients: ['team'] })).toThrow('\'recipients\' must hold e-mail addresses, got \'team\'');
});

test.each(Object.entries(REGIONS))('it synthesizes and all nag packs are content in %s', (_partition, region) => {
  const { stack } = everything(region, { recorder: ConfigRecorder.create(), recipients: ['team@example.com'] });

  expect(nagViolations(stack)).toEqual([]);
});
