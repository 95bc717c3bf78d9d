import { aws_codepipeline as codepipeline } from 'aws-cdk-lib';

/**
 * The run that a job belongs to: variables that the checkout job exported. They are CodePipeline variables, like
 * `#{Checkout.RUN_ID}`, and known at run time only.
 */
export interface PipelineRun {
  /** Id of the run. Not the execution's id: a stage rollback is a new execution of an old run. */
  readonly runId: string;

  /** Full id of the commit, or the version of an S3 source. */
  readonly commitId: string;

  /** SHA-256 of the commit's archive. Every later job verifies it before it reads a file. */
  readonly commitSha256: string;

  /** E-mail address of the commit's author, as git has it. */
  readonly commitAuthor: string;

  /** Name of the source repository, as findings and evidence show it. */
  readonly repositoryName: string;

  /** Branch that the pipeline builds, or the key of an S3 source. */
  readonly branchName: string;

  /** Artifact that holds the commit as one archive. */
  readonly commitArtifact: codepipeline.Artifact;
}
