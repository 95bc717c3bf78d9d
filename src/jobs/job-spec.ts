import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_s3_assets as assets, Duration } from 'aws-cdk-lib';
import { JobNetworkProps } from './job-network';
import { JobSecret } from './job-secret';
import { RoleStatement } from '../private/role-statements';
import { ToolPin } from '../tools/tool-version';

/** What makes one job different from another. */
export interface JobSpec {
  /** Says in the console what the job does. */
  readonly description: string;
  /** The script that the job runs, as a path in the library's script archive. */
  readonly script: string;
  /** Artifacts that the job reads; the first is the primary source. */
  readonly inputs: codepipeline.Artifact[];
  /** The artifact that the job writes, if any: the files below `$DEVSECOPS_HOME/out`. */
  readonly output?: codepipeline.Artifact;
  /** Plain environment variables. */
  readonly environment?: { [name: string]: string };
  /** Environment variables from Secrets Manager. */
  readonly secrets?: { [name: string]: JobSecret };
  /** Directories or files of the CDK app, by the environment variable that names them to the script. */
  readonly assets?: { [name: string]: assets.Asset };
  /** Variables that the script leaves for later actions. */
  readonly exportedVariables?: string[];
  /** Names of the tools that the script installs. */
  readonly tools?: string[];
  readonly toolOverrides?: { [name: string]: ToolPin };
  /** The script leaves JUnit files below `$DEVSECOPS_HOME/reports`. */
  readonly junitReport?: boolean;
  readonly timeout: Duration;
  /** True for the one job that runs the repository's code and needs a Docker daemon. */
  readonly privileged?: boolean;
  readonly computeType?: codebuild.ComputeType;
  /** The machine of the job; the default is Ubuntu on x86_64. */
  readonly buildImage?: codebuild.IBuildImage;
  readonly network?: Omit<JobNetworkProps, 'toolMirror'>;
  /** Further rights of the job. */
  readonly statements?: RoleStatement[];
}

/** Placeholder for the report group's ARN, which exists only once the job's construct does. */
export const REPORT_GROUP = 'report-group';

export function codebuildReports(spec: JobSpec): object {
  return spec.junitReport
    ? { reports: { [REPORT_GROUP]: { 'files': ['**/*.xml'], 'base-directory': '$DEVSECOPS_HOME/reports', 'file-format': 'JUNITXML' } } }
    : {};
}
