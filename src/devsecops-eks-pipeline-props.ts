import {
  aws_codepipeline as codepipeline, aws_ec2 as ec2, aws_ecr as ecr, aws_kms as kms, aws_sns as sns,
} from 'aws-cdk-lib';
import { ApprovalOptions } from './approval/production-approval';
import { ImageBuildOptions } from './build/image-build';
import { EksTarget } from './deploy/eks-target';
import { RegistryScanOptions } from './gates/registry-scan';
import { SecretsScan } from './gates/secrets-scan';
import { ISecurityGate } from './gates/security-gate';
import { AuditTrailSource } from './monitoring/audit-trail-source';
import { ComplianceCheck } from './monitoring/compliance-checks';
import { ConfigRecorder } from './monitoring/config-recorder';
import { PipelineEvent } from './monitoring/pipeline-events';
import { GatePolicy } from './policy/gate-policy';
import { Waivers } from './policy/waivers';
import { CodeScanner } from './scanners/code-scanner';
import { DynamicScanner } from './scanners/dynamic-scanner';
import { ImageScanner } from './scanners/image-scanner';
import { SecretsScanner } from './scanners/secrets-scanner';
import { PipelineSource } from './source/pipeline-source';
import { ToolMirror } from './tools/tool-mirror';

/** When each gate stops the pipeline. There is no policy that turns a gate off. */
export interface GatePolicies {
  /**
   * Secrets in the history.
   *
   * @default GatePolicy.failOnAny()
   */
  readonly secrets?: GatePolicy;

  /**
   * Vulnerable packages in the image.
   *
   * @default - GatePolicy.failOn(Severity.HIGH), and only with a fix available
   */
  readonly image?: GatePolicy;

  /**
   * Flaws in the source code.
   *
   * @default GatePolicy.failOn(Severity.HIGH)
   */
  readonly code?: GatePolicy;

  /**
   * What the registry's own scan finds.
   *
   * @default - GatePolicy.failOn(Severity.HIGH), and only with a fix available
   */
  readonly registry?: GatePolicy;

  /**
   * What a scan of the running application finds.
   *
   * @default GatePolicy.failOn(Severity.HIGH)
   */
  readonly dynamic?: GatePolicy;

  /**
   * Gates of your own, by id.
   *
   * @default - GatePolicy.failOn(Severity.HIGH) each
   */
  readonly additional?: { [gateId: string]: GatePolicy };
}

/** Props of `DevSecOpsEksPipeline`. */
export interface DevSecOpsEksPipelineProps extends ApprovalOptions {
  /** Where commits come from. */
  readonly source: PipelineSource;

  /** Where the application is deployed for the dynamic scan. */
  readonly staging: EksTarget;

  /** Where the application is deployed once somebody approved. */
  readonly production: EksTarget;

  /** The scanner that looks at the application in staging, and its target. */
  readonly dynamicScanner: DynamicScanner;

  /**
   * The scanner of the image: Anchore, Snyk, or your own.
   *
   * @default ImageScanner.anchore()
   */
  readonly imageScanner?: ImageScanner;

  /**
   * The scanner that finds passwords and keys.
   *
   * @default SecretsScanner.gitSecrets()
   */
  readonly secretsScanner?: SecretsScanner;

  /**
   * How much of the source the secrets scan reads. Sources without history demand `SecretsScan.treeOnly()`.
   *
   * @default SecretsScan.fullHistory()
   */
  readonly secretsScan?: SecretsScan;

  /**
   * The scanner of the source code.
   *
   * @default CodeScanner.semgrep()
   */
  readonly codeScanner?: CodeScanner;

  /**
   * How ECR's own scan is awaited and judged.
   *
   * @default - basic or enhanced as the registry is set, within 60 minutes
   */
  readonly registryScan?: RegistryScanOptions;

  /**
   * Gates of your own. The pipeline requires their passing verdicts as it does those of the built-in ones.
   *
   * @default - none
   */
  readonly additionalGates?: ISecurityGate[];

  /**
   * When each gate stops the pipeline.
   *
   * @default - secrets: any finding; the others: HIGH and above; image and registry: only with a fix available
   */
  readonly policies?: GatePolicies;

  /**
   * Findings that somebody has accepted for a while.
   *
   * @default - nothing is waived
   */
  readonly waivers?: Waivers;

  /**
   * Let gates pass on their verdict while Security Hub is off or failing, and import the findings later.
   *
   * @default false - such a gate ends with `error`
   */
  readonly deferImport?: boolean;

  /**
   * Name of the product under which Security Hub shows the findings, 1 to 128 characters.
   *
   * @default 'cdk-devsecops-eks'
   */
  readonly productName?: string;

  /**
   * How the image is built.
   *
   * @default - from the Dockerfile at the repository's root, for linux/amd64
   */
  readonly imageBuild?: ImageBuildOptions;

  /**
   * Repository that takes the image. Its tags should be immutable.
   *
   * @default - a new one: immutable tags, encrypted, scanned on push, kept when the stack is deleted
   */
  readonly repository?: ecr.IRepository;

  /**
   * Key that encrypts everything of the pipeline. Its policy must admit CloudWatch Logs, CloudWatch and EventBridge.
   *
   * @default - a new key with rotation, which is kept when the stack is deleted
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where jobs fetch their tools from instead of the internet.
   *
   * @default - from the publishers
   */
  readonly toolMirror?: ToolMirror;

  /**
   * VPC of the deploy and dynamic scan jobs, where target or scanner name no other. All other jobs stay outside.
   *
   * @default - outside any VPC, unless a cluster's endpoint is private
   */
  readonly vpc?: ec2.IVpc;

  /**
   * What happens to a run when a newer commit comes: SUPERSEDED lets the newer one overtake it, QUEUED lets it end first.
   * PARALLEL is refused: two releases must never be in staging at once.
   *
   * @default ExecutionMode.SUPERSEDED
   */
  readonly executionMode?: codepipeline.ExecutionMode;

  /**
   * E-mail addresses that hear of the pipeline's runs, alarms, critical API calls and broken rules.
   *
   * @default - the approvers
   */
  readonly notificationRecipients?: string[];

  /**
   * Topic of these notifications.
   *
   * @default - a new one, encrypted with the pipeline's key
   */
  readonly notificationTopic?: sns.ITopic;

  /**
   * What the notifications tell of.
   *
   * @default - failed, stopped and succeeded executions, failed stages, failed actions and failed builds
   */
  readonly notificationEvents?: PipelineEvent[];

  /**
   * The trail whose API calls are watched: a new one, or the account's own.
   *
   * @default AuditTrailSource.newTrail()
   */
  readonly auditTrail?: AuditTrailSource;

  /**
   * The AWS Config recorder that the compliance rules need. There is one per account and Region.
   *
   * @default ConfigRecorder.existing()
   */
  readonly configRecorder?: ConfigRecorder;

  /**
   * Checks of AWS Config to leave out, such as those that a Region does not offer.
   *
   * @default - none is left out
   */
  readonly omittedComplianceChecks?: ComplianceCheck[];
}
