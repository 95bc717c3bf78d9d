import { App } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ApproverRule, ImageRelease, PipelineSource, RequiredGates, SecretsScan } from '../../src';
import { newRun, newStack, newWorkspace, registerGates } from '../jobs/support';
import { minimalExample } from '../support/example-pipeline';

test('a push that demands a gate which the workspace does not have is refused: it would never pass', () => {
  const stack = newStack();
  const workspace = newWorkspace(stack);
  registerGates(workspace, 'secrets');
  new ImageRelease(stack, 'Release', {
    workspace, run: newRun(), imageArtifact: new codepipeline.Artifact('Image'), requiredGates: RequiredGates.of('secrets', 'imagescan'),
  });

  expect(() => (stack.node.root as App).synth()).toThrow(/'requiredGates' must name gates of the workspace, .*, got 'imagescan'; use one of: secrets/);
});

test('who may approve cannot depend on the author of a source without commits', () => {
  expect(() => minimalExample({
    overrides: (stack) => ({
      source: PipelineSource.s3(s3.Bucket.fromBucketName(stack, 'Bucket', 'source'), { objectKey: 'shop.zip' }),
      secretsScan: SecretsScan.treeOnly(),
      approverRule: ApproverRule.NOT_THE_AUTHOR,
    }),
  })).toThrow(/'approverRule' must be ApproverRule.ANYONE for a source without commits/);
});
