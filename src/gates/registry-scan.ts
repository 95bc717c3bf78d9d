import { aws_codepipeline as codepipeline, aws_ecr as ecr, aws_iam as iam, aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FindingsImport, ReportFormat, UnsupportedImage } from '../findings/report-format';
import { PipelineRun, runVariables, sourceEnvironment } from '../jobs/pipeline-run';
import { GatePolicy } from '../policy/gate-policy';
import { HandlerFunction } from '../private/handler-function';
import { ANSWER_PIPELINE, LambdaAction, PIPELINE_WAITS } from '../private/lambda-action';
import { allow } from '../private/role-statements';
import { invalid } from '../private/validate';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Which scanner of ECR looks at the repository. The account's registry says so; the library does not change it. */
export enum RegistryScanning {
  /** Found out at run time, from the shape of the answer. */
  DETECT = 'DETECT',
  /** Basic scanning. Enhanced findings are an error. */
  BASIC = 'BASIC',
  /** Enhanced scanning by Amazon Inspector. Basic findings are an error. */
  ENHANCED = 'ENHANCED',
}

/** Options of the registry gate. */
export interface RegistryScanOptions {
  /**
   * Which scanner must have looked.
   *
   * @default RegistryScanning.DETECT
   */
  readonly scanning?: RegistryScanning;

  /**
   * How long the registry may take to scan.
   *
   * @default Duration.minutes(60)
   */
  readonly deadline?: Duration;

  /**
   * What it means if the registry cannot scan the image.
   *
   * @default UnsupportedImage.ERROR
   */
  readonly unsupportedImage?: UnsupportedImage;

  /**
   * Which findings are sent to Security Hub. Those of enhanced scanning are there already, through Inspector.
   *
   * @default FindingsImport.UNLESS_INSPECTOR_DID
   */
  readonly findingsImport?: FindingsImport;
}

/** Props of `RegistryScanGate`. */
export interface RegistryScanGateProps extends RegistryScanOptions {
  /** What the jobs of the pipeline share. */
  readonly workspace: PipelineWorkspace;

  /** The run that the gate belongs to. */
  readonly run: PipelineRun;

  /** Repository that the image was pushed to. */
  readonly repository: ecr.IRepository;

  /**
   * When findings stop the pipeline.
   *
   * @default - GatePolicy.failOn(Severity.HIGH), and only with a fix available
   */
  readonly policy?: GatePolicy;
}

/**
 * Waits for ECR's own scan of the pushed image and judges it. A Lambda action with a continuation token: no build
 * machine waits. It puts the answer of ECR like any scanner its report, and the same normalizer decides.
 */
export class RegistryScanGate extends Construct {
  /** The function that looks. */
  public readonly function: lambda.IFunction;

  /** Role of the function. */
  public readonly role: iam.IRole;

  /** The pipeline action. Add it to a stage after the push. */
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, id: string, props: RegistryScanGateProps) {
    super(scope, id);
    const { workspace, repository, run } = props;
    const deadline = props.deadline ?? Duration.minutes(60);
    if (deadline.toMilliseconds() < Duration.minutes(5).toMilliseconds() || deadline.toMilliseconds() > Duration.hours(24).toMilliseconds()) {
      throw invalid({ prop: 'deadline', rule: 'must be from 5 minutes to 24 hours', value: deadline.toHumanString(), remedy: 'a first scan takes minutes: the default is 60' });
    }
    const gate = workspace.normalizer.addGate('registry', {
      reportFormat: ReportFormat.ECR,
      policy: props.policy,
      findingsImport: props.findingsImport ?? FindingsImport.UNLESS_INSPECTOR_DID,
      unsupportedImage: props.unsupportedImage,
    });
    const handler = new HandlerFunction(this, 'Handler', {
      bundle: 'registry-scan',
      description: 'Waits for the registry\'s scan of the pushed image and has it judged',
      encryptionKey: workspace.encryptionKey,
      memorySize: 512,
      failuresGoTo: PIPELINE_WAITS,
      timeout: Duration.minutes(2),
      environment: {
        GATE_ID: gate.gateId,
        FINDINGS_BUCKET: workspace.normalizer.bucket.bucketName,
        NORMALIZER_ALIAS: gate.alias.functionArn,
        ...sourceEnvironment(run),
        REPOSITORY: repository.repositoryName,
        SCANNING: props.scanning ?? RegistryScanning.DETECT,
        DEADLINE_SECONDS: String(Math.floor(deadline.toMilliseconds() / 1000)),
      },
    });
    gate.grantJudge(handler.role);
    allow(handler.role,
      { sid: 'ReadScan', actions: ['ecr:DescribeImageScanFindings', 'ecr:DescribeImages'], resources: [repository.repositoryArn] },
      {
        sid: 'SeeCoverage',
        actions: ['ecr:GetRegistryScanningConfiguration', 'inspector2:ListCoverage'],
        resources: ['*'],
        wildcardsBecause: 'The registry\'s configuration and Inspector\'s coverage have no resource-level permissions',
      },
      ANSWER_PIPELINE);
    workspace.normalizer.grantReadVerdicts(handler.role);

    this.function = handler.function;
    this.role = handler.role;
    this.action = new LambdaAction({
      actionName: 'RegistryScan',
      runOrder: 2,
      function: handler.function,
      variablesNamespace: 'RegistryScan',
      parameters: runVariables(run),
    });
  }
}
