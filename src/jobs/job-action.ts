import { aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalid } from '../private/validate';

/** A CodeBuild action of a pipeline whose artifacts lie where the job's rights are. */
export class JobAction extends actions.CodeBuildAction {
  constructor(props: actions.CodeBuildActionProps, private readonly artifactBucket: s3.IBucket) {
    super(props);
  }

  protected bound(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    const stack = Stack.of(scope);
    const nameOf = (bucket: s3.IBucket) => JSON.stringify(stack.resolve(bucket.bucketName));
    if (nameOf(options.bucket) !== nameOf(this.artifactBucket)) {
      throw invalid({
        prop: 'artifactBucket',
        rule: 'must be that of the workspace, to which the rights of its jobs are limited',
        value: stage.pipeline.node.path,
        remedy: 'make the pipeline with artifactBucket: workspace.artifactBucket, or give its bucket to the workspace',
      });
    }
    return super.bound(scope, stage, options);
  }
}
