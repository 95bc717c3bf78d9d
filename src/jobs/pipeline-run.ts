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

  /**
   * SHA-256 of the lower-cased e-mail address of the commit's author. The address itself is text that the author chose, and
   * CodePipeline puts variables into JSON without escaping them.
   */
  readonly commitAuthorSha256: string;

  /** Name of the source repository, as findings and evidence show it. */
  readonly repositoryName: string;

  /** Branch that the pipeline builds, or the key of an S3 source. */
  readonly branchName: string;

  /** Artifact that holds the commit as one archive. */
  readonly commitArtifact: codepipeline.Artifact;
}

/** Variables that tie a job to its run. */
export function runVariables(run: PipelineRun): { [name: string]: string } {
  return {
    RUN_ID: run.runId,
    COMMIT_ID: run.commitId,
    COMMIT_SHA256: run.commitSha256,
    EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
  };
}

/** What every job knows of the source without asking the run. */
export function sourceEnvironment(run: PipelineRun): { [name: string]: string } {
  return { SOURCE_REPOSITORY: run.repositoryName, SOURCE_BRANCH: run.branchName };
}
