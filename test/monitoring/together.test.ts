import { SecretValue } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { stackIn } from './support';
import { AuditTrail } from '../../src/monitoring/audit-trail';
import { ComplianceRules } from '../../src/monitoring/compliance-rules';
import { ConfigRecorder } from '../../src/monitoring/config-recorder';
import { PipelineNotifications } from '../../src/monitoring/pipeline-notifications';

test('somebody\'s own pipeline can have all of them, with one key and one topic, without a cyclic reference', () => {
  const stack = stackIn();
  const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const artifactBucket = new s3.Bucket(stack, 'Artifacts', { encryptionKey });
  const topic = new sns.Topic(stack, 'Topic', { masterKey: encryptionKey });
  const project = new codebuild.PipelineProject(stack, 'Build', { encryptionKey });
  const source = new codepipeline.Artifact();
  const pipeline = new codepipeline.Pipeline(stack, 'Pipeline', {
    artifactBucket,
    stages: [
      {
        stageName: 'Source',
        actions: [new actions.GitHubSourceAction({
          actionName: 'Source', owner: 'o', repo: 'r', oauthToken: SecretValue.unsafePlainText('t'), output: source, trigger: actions.GitHubTrigger.NONE,
        })],
      },
      { stageName: 'Build', actions: [new actions.CodeBuildAction({ actionName: 'Build', project, input: source })] },
    ],
  });

  new PipelineNotifications(stack, 'Notifications', { pipeline, projects: [project], topic });
  const audit = new AuditTrail(stack, 'Audit', {
    pipeline,
    pipelineRole: pipeline.role,
    projects: [project],
    buckets: [artifactBucket],
    topics: [topic],
    encryptionKey,
    alertTopic: topic,
    roles: [project.role!],
  });
  new ComplianceRules(stack, 'Compliance', {
    projects: [project],
    buckets: [artifactBucket, audit.logBucket!],
    topics: [topic],
    trail: audit.trail,
    encryptionKey,
    topic,
    recorder: ConfigRecorder.create(),
  });

  // Template.fromStack refuses templates whose resources depend on each other in a circle.
  expect(() => Template.fromStack(stack)).not.toThrow();
});
