import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_iam as iam, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateJob } from './gate-job';
import { PipelineRun } from '../jobs/pipeline-run';
import { GatePolicy } from '../policy/gate-policy';
import { invalid } from '../private/validate';
import { SecretsScanner } from '../scanners/secrets-scanner';
import { PipelineSourceConfig, SourceHistory } from '../source/pipeline-source';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** How much of the source the secrets scan reads. */
export class SecretsScan {
  /** Every commit that the built one descends from. */
  public static fullHistory(): SecretsScan {
    return new SecretsScan('history');
  }

  /**
   * Only the files of the built commit. A secret that was committed and deleted stays unseen; every verdict and brief
   * says so. The only possibility for sources without history.
   */
  public static treeOnly(): SecretsScan {
    return new SecretsScan('tree');
  }

  private constructor(
    /** @internal */
    public readonly _scope: 'history' | 'tree',
  ) {}
}

/** Props of `SecretsGate`. */
export interface SecretsGateProps {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The bound source: `PipelineSource.bind()`. */
  readonly source: PipelineSourceConfig;

  /**
   * The scanner.
   *
   * @default SecretsScanner.gitSecrets()
   */
  readonly scanner?: SecretsScanner;

  /**
   * How much of the source is read.
   *
   * @default SecretsScan.fullHistory()
   */
  readonly scan?: SecretsScan;

  /**
   * When findings stop the pipeline.
   *
   * @default GatePolicy.failOnAny()
   */
  readonly policy?: GatePolicy;

  /**
   * How long the scanner may take.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;

  /**
   * Namespace of the variables that the action exports.
   *
   * @default 'Checkout'
   */
  readonly variablesNamespace?: string;
}

/**
 * The first job, and the only one that clones: it scans the history for secrets, then emits the commit as one archive
 * that every later job takes and verifies, and the id of the run.
 */
export class SecretsGate extends Construct {
  /** The project that clones and scans. */
  public readonly project: codebuild.IProject;

  /** Role of the project: reads this one repository. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage after the source. */
  public readonly action: codepipeline.IAction;

  /** The run that all later jobs belong to. */
  public readonly run: PipelineRun;

  constructor(scope: Construct, id: string, props: SecretsGateProps) {
    super(scope, id);
    const scan = props.scan ?? SecretsScan.fullHistory();
    const { source, workspace } = props;
    if (source.history === SourceHistory.NONE && scan._scope === 'history') {
      throw invalid({
        prop: 'secretsScan',
        rule: 'must be SecretsScan.treeOnly() for a source without history',
        value: 'SecretsScan.fullHistory()',
        remedy: 'give \'secretsScan: SecretsScan.treeOnly()\', or take the source from a repository',
      });
    }
    const scanner = (props.scanner ?? SecretsScanner.gitSecrets()).bind();
    const gate = workspace.normalizer.addGate('secrets', {
      reportFormat: scanner.reportFormat,
      policy: props.policy ?? GatePolicy.failOnAny(),
    });
    const commitArtifact = new codepipeline.Artifact('Commit');
    const gateJob = new GateJob(this, 'Gate', {
      workspace,
      gate,
      scanner,
      description: `Gate secrets: ${scanner.scannerName} over the ${scan._scope}; emits the commit`,
      script: 'gates/secrets-gate.sh',
      scanInput: scan._scope,
      inputs: [source.artifact],
      output: commitArtifact,
      environment: { SOURCE_REPOSITORY: source.repositoryName, SOURCE_BRANCH: source.branchName },
      exportedVariables: ['RUN_ID', 'COMMIT_ID', 'COMMIT_SHA256', 'COMMIT_AUTHOR_SHA256'],
      scannerTimeout: props.timeout ?? Duration.minutes(30),
    });
    source.cloneStatements.forEach((statement) => gateJob.job.role.addToPolicy(statement));
    this.project = gateJob.job.project;
    this.role = gateJob.job.role;
    const namespace = props.variablesNamespace ?? 'Checkout';
    this.action = gateJob.createAction({
      actionName: 'SecretsScan',
      variablesNamespace: namespace,
      variables: { EXECUTION_ID: '#{codepipeline.PipelineExecutionId}' },
    });
    this.run = {
      runId: `#{${namespace}.RUN_ID}`,
      commitId: `#{${namespace}.COMMIT_ID}`,
      commitSha256: `#{${namespace}.COMMIT_SHA256}`,
      commitAuthorSha256: `#{${namespace}.COMMIT_AUTHOR_SHA256}`,
      repositoryName: source.repositoryName,
      branchName: source.branchName,
      commitArtifact,
    };
  }
}
