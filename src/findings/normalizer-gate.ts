import { aws_iam as iam, aws_lambda as lambda } from 'aws-cdk-lib';
import { FindingsEnvironment, FindingsImport, ReportFormat, UnsupportedImage } from './report-format';
import { GatePolicy } from '../policy/gate-policy';

/** What a gate is to the normalizer. */
export interface NormalizerGateProps {
  /** Form of the reports that the gate takes. A report of another form is an error, never a guess. */
  readonly reportFormat: ReportFormat;

  /**
   * When the gate's findings stop the pipeline.
   *
   * @default - GatePolicy.failOn(Severity.HIGH)
   */
  readonly policy?: GatePolicy;

  /**
   * Which state of findings the gate keeps.
   *
   * @default FindingsEnvironment.CANDIDATE
   */
  readonly environment?: FindingsEnvironment;

  /**
   * Which findings are sent to Security Hub.
   *
   * @default FindingsImport.ALWAYS
   */
  readonly findingsImport?: FindingsImport;

  /**
   * What it means if the registry cannot scan an image. Only for reports of ECR.
   *
   * @default UnsupportedImage.ERROR
   */
  readonly unsupportedImage?: UnsupportedImage;
}

/** A gate that the normalizer knows: where its job puts reports, which alias it invokes, where verdicts appear. */
export interface INormalizerGate {
  /** Id of the gate. */
  readonly gateId: string;

  /** Form of the reports that the gate takes. */
  readonly reportFormat: ReportFormat;

  /** Alias of the normalizer that belongs to this gate alone. Gate, policy and waivers follow from it. */
  readonly alias: lambda.IAlias;

  /**
   * Let a principal put reports of this gate, ask for a verdict, and read this gate's verdicts. Nothing else: no
   * delete, no other gate, no Security Hub.
   *
   * @param grantee the role of the gate's scanner job
   */
  grantJudge(grantee: iam.IGrantable): iam.Grant;
}
