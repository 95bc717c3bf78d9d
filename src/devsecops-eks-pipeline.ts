import { aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_iam as iam, aws_lambda as lambda, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ProductionApproval } from './approval/production-approval';
import { ImageBuild } from './build/image-build';
import { EksDeployment } from './deploy/eks-deployment';
import { EksTarget } from './deploy/eks-target';
import { DevSecOpsEksPipelineProps } from './devsecops-eks-pipeline-props';
import { CodeScanGate } from './gates/code-scan';
import { DynamicScanGate } from './gates/dynamic-scan';
import { ImageScanGate } from './gates/image-scan';
import { RegistryScanGate } from './gates/registry-scan';
import { RequiredGates } from './gates/required-gates';
import { SecretsGate } from './gates/secrets-scan';
import { ISecurityGate, placeOf } from './gates/security-gate';
import { AuditTrail } from './monitoring/audit-trail';
import { ComplianceRules } from './monitoring/compliance-rules';
import { PipelineNotifications } from './monitoring/pipeline-notifications';
import { PipelineStage, stageNames } from './pipeline-stage';
import { pipelineRole } from './private/pipeline-role';
import { invalid } from './private/validate';
import { requireAuthor, requireSafeProps } from './private/validate-pipeline';
import { ImageRelease } from './release/image-release';
import { PipelineTrigger } from './source/pipeline-trigger';
import { PipelineWorkspace } from './workspace/pipeline-workspace';

/**
 * A delivery pipeline for a containerised application on Amazon EKS: commit, secrets scan, image, scans of image and
 * code, push, the registry's own scan, staging, dynamic scan, approval, production. Every finding reaches Security Hub;
 * nothing is pushed or deployed without the passing verdict of every gate for this run and this digest.
 */
export class DevSecOpsEksPipeline extends Construct {
  /** The pipeline. */
  public readonly pipeline: codepipeline.Pipeline;

  /** Key, buckets and findings normalizer: what the jobs share. */
  public readonly workspace: PipelineWorkspace;

  /** The checkout with the secrets scan. */
  public readonly secretsGate: SecretsGate;

  /** The build of the image. */
  public readonly imageBuild: ImageBuild;

  /** The scan of the image. */
  public readonly imageScan: ImageScanGate;

  /** The scan of the source code. */
  public readonly codeScan: CodeScanGate;

  /** The push, and the repository. */
  public readonly release: ImageRelease;

  /** The registry's own scan. */
  public readonly registryScan: RegistryScanGate;

  /** The deployment to staging. */
  public readonly stagingDeployment: EksDeployment;

  /** The scan of the running application. */
  public readonly dynamicScan: DynamicScanGate;

  /** The approval. */
  public readonly approval: ProductionApproval;

  /** The deployment to production. */
  public readonly productionDeployment: EksDeployment;

  /** What tells people of the pipeline's runs. */
  public readonly notifications: PipelineNotifications;

  /** What watches API calls that could weaken a gate. */
  public readonly auditTrail: AuditTrail;

  /** What watches the configuration of the pipeline's resources. */
  public readonly complianceRules: ComplianceRules;

  private readonly props: DevSecOpsEksPipelineProps;
  private readonly releaseGates: RequiredGates;
  private readonly productionGates: RequiredGates;
  private readonly gateScope: Construct;
  private watched = false;

  /**
   * @throws on a prop that is missing, malformed, or would weaken a gate; the message names it and the remedy
   */
  constructor(scope: Construct, id: string, props: DevSecOpsEksPipelineProps) {
    super(scope, id);
    requireSafeProps(props);
    this.props = props;
    const { policies = {} } = props;
    this.workspace = new PipelineWorkspace(this, 'Workspace', props);
    const { workspace } = this;
    this.gateScope = new Construct(this, 'AdditionalGates');
    this.releaseGates = RequiredGates.of('secrets', 'image', 'code');
    const stagingGates = this.releaseGates.plus('registry');
    this.productionGates = stagingGates.plus('dynamic');

    const source = props.source.bind(new Construct(this, 'Source'));
    requireAuthor(source, props.approverRule);
    this.secretsGate = new SecretsGate(this, 'Secrets', {
      workspace, source, scanner: props.secretsScanner, scan: props.secretsScan, policy: policies.secrets,
    });
    const { run } = this.secretsGate;
    this.imageBuild = new ImageBuild(this, 'Build', { ...props.imageBuild, workspace, run });
    const { imageArtifact } = this.imageBuild;
    this.imageScan = new ImageScanGate(this, 'ImageScan', { workspace, run, imageArtifact, scanner: props.imageScanner, policy: policies.image });
    this.codeScan = new CodeScanGate(this, 'CodeScan', { workspace, run, scanner: props.codeScanner, policy: policies.code });
    this.release = new ImageRelease(this, 'Release', {
      workspace,
      run,
      imageArtifact,
      repository: props.repository,
      requiredGates: this.releaseGates,
      pullAccounts: otherAccounts(this, props.staging, props.production),
    });
    const { repository } = this.release;
    this.registryScan = new RegistryScanGate(this, 'RegistryScan', { ...props.registryScan, workspace, run, repository, policy: policies.registry });
    this.stagingDeployment = new EksDeployment(this, 'Staging', {
      workspace, run, repository, target: props.staging, environmentName: 'staging', requiredGates: stagingGates, vpc: props.vpc,
    });
    this.dynamicScan = new DynamicScanGate(this, 'DynamicScan', {
      workspace, run, target: props.staging, scanner: props.dynamicScanner, policy: policies.dynamic, vpc: props.vpc,
    });
    this.approval = new ProductionApproval(this, 'Approval', { ...props, workspace, run, requiredGates: this.productionGates });
    this.productionDeployment = new EksDeployment(this, 'Production', {
      workspace, run, repository, target: props.production, environmentName: 'production', requiredGates: this.productionGates, vpc: props.vpc,
    });

    this.pipeline = this.createPipeline(source.action);
    if (source.triggerPattern) {
      new PipelineTrigger(this, 'Trigger', { pipeline: this.pipeline, pattern: source.triggerPattern });
    }
    props.additionalGates?.forEach((gate) => this.addGate(gate));

    this.notifications = this.createNotifications();
    this.auditTrail = this.createAuditTrail();
    this.complianceRules = this.createComplianceRules();
    this.watched = true;
    this.node.addValidation({ validate: () => this.unknownPolicies() });
  }

  /**
   * Add a gate of your own. From then on its passing verdict is required: for the push, if it scans the commit or the
   * image; for production in any case.
   *
   * @param gate the gate
   * @throws if a property of it is not implemented, another gate has its id, or it brings no action
   */
  public addGate(gate: ISecurityGate): void {
    const { workspace } = this;
    const place = placeOf(gate);
    const { gateId } = gate;
    const registered = workspace.normalizer.addGate(gateId, {
      reportFormat: gate.reportFormat,
      policy: this.props.policies?.additional?.[gateId],
      environment: place.environment,
    });
    const { actions } = gate.bind(new Construct(this.gateScope, gateId), {
      workspace,
      gate: registered,
      run: this.secretsGate.run,
      imageArtifact: this.imageBuild.imageArtifact,
      runOrder: place.runOrder,
    });
    if (actions.length === 0) {
      throw invalid({ prop: 'additionalGates', rule: 'must bring at least one action each', value: gateId, remedy: 'return the action of a ScanGate from bind()' });
    }
    actions.forEach((action) => this.stage(place.stage).addAction(action));
    (place.stage === PipelineStage.SCAN ? this.releaseGates : this.productionGates).add(gateId);
    if (this.watched) {
      Validations.of(this).addWarning(`cdk-devsecops-eks:DevSecOpsEksPipeline.unwatchedGate.${gateId}`,
        `the gate '${gateId}' was added after the audit trail, which watches the jobs of 'additionalGates' only: prefer that prop`);
    }
  }

  /**
   * Add a stage of your own after one of the built-in ones.
   *
   * @param stageName name of the stage, unique in the pipeline
   * @param after the stage that it follows
   * @param actions its actions
   */
  public addStage(stageName: string, after: PipelineStage, actions: codepipeline.IAction[]): codepipeline.IStage {
    return this.pipeline.addStage({ stageName, actions, placement: { justAfter: this.stage(after) } });
  }

  /**
   * A built-in stage, to add actions to.
   *
   * @param stage which one
   */
  public stage(stage: PipelineStage): codepipeline.IStage {
    return this.pipeline.stage(stage);
  }

  /**
   * Let a principal approve releases: answer the request, and read the reports of runs.
   *
   * @param grantee who approves
   */
  public grantApprove(grantee: iam.IGrantable): void {
    this.approval.grantApprove(grantee);
  }

  /** The CodeBuild projects of the built-in jobs and of the gates that were added. */
  public get projects(): codebuild.IProject[] {
    const builtIn = [
      this.secretsGate, this.imageBuild, this.imageScan, this.codeScan, this.release, this.stagingDeployment, this.dynamicScan,
      this.productionDeployment,
    ].map(({ project }) => project);
    return [...builtIn, ...this.additionalProjects];
  }

  private get additionalProjects(): codebuild.IProject[] {
    return this.gateScope.node.findAll().filter((child): child is codebuild.Project => child instanceof codebuild.Project);
  }

  /** The Lambda functions of the pipeline. */
  public get functions(): lambda.IFunction[] {
    const { briefFunction, approverCheckFunction } = this.approval;
    return [this.workspace.normalizer.function, this.registryScan.function, briefFunction, ...(approverCheckFunction ? [approverCheckFunction] : [])];
  }

  private get roles(): iam.IRole[] {
    return [this.pipeline, ...this.functions, ...this.projects].map(({ role }) => role!);
  }

  /** A policy for a gate that does not exist is a gate that has another policy than somebody thinks. */
  private unknownPolicies(): string[] {
    return Object.keys(this.props.policies?.additional ?? {}).filter((gateId) => !this.gateScope.node.tryFindChild(gateId)).map((gateId) =>
      invalid({
        prop: 'policies.additional',
        rule: 'must name gates that were added',
        value: gateId,
        remedy: `use the id of a gate: ${this.gateScope.node.children.map((gate) => gate.node.id).join(', ') || 'none was added'}`,
      }).message);
  }

  private createPipeline(sourceAction: codepipeline.IAction): codepipeline.Pipeline {
    const pipeline = new codepipeline.Pipeline(this, 'Pipeline', {
      role: pipelineRole(this, this.workspace.artifactBucket),
      artifactBucket: this.workspace.artifactBucket,
      crossAccountKeys: false, // The artifact bucket brings its key.
      executionMode: this.props.executionMode ?? codepipeline.ExecutionMode.SUPERSEDED,
      pipelineType: codepipeline.PipelineType.V2,
      restartExecutionOnUpdate: false,
      usePipelineRoleForActions: true,
    });
    const actions: { [stage in PipelineStage]: codepipeline.IAction[] } = {
      [PipelineStage.SOURCE]: [sourceAction],
      [PipelineStage.CHECKOUT]: [this.secretsGate.action],
      [PipelineStage.BUILD]: [this.imageBuild.action],
      [PipelineStage.SCAN]: [this.imageScan.action, this.codeScan.action],
      [PipelineStage.RELEASE]: [this.release.action, this.registryScan.action],
      [PipelineStage.STAGING]: [this.stagingDeployment.action, this.dynamicScan.action],
      [PipelineStage.APPROVAL]: this.approval.actions,
      [PipelineStage.PRODUCTION]: [this.productionDeployment.action],
    };
    stageNames.forEach((stageName) => pipeline.addStage({ stageName, actions: actions[stageName] }));
    return pipeline;
  }

  private createNotifications(): PipelineNotifications {
    const notifications = new PipelineNotifications(this, 'Notifications', {
      pipeline: this.pipeline,
      projects: this.projects,
      functions: this.functions,
      events: this.props.notificationEvents,
      recipients: this.props.notificationRecipients ?? this.props.approvalRecipients,
      topic: this.props.notificationTopic,
      encryptionKey: this.workspace.encryptionKey,
    });
    this.workspace.normalizer.notifyAlarms(notifications.topic);
    return notifications;
  }

  private createAuditTrail(): AuditTrail {
    return new AuditTrail(this, 'AuditTrail', {
      pipeline: this.pipeline,
      pipelineRole: this.pipeline.role,
      projects: this.projects,
      functions: this.functions,
      repository: this.release.repository,
      pushRole: this.release.role,
      buckets: [this.workspace.artifactBucket, this.workspace.normalizer.bucket],
      topics: [this.approval.topic, this.notifications.topic],
      clusterNames: [this.props.staging.clusterName, this.props.production.clusterName],
      roles: this.roles,
      encryptionKey: this.workspace.encryptionKey,
      alertTopic: this.notifications.topic,
      trail: this.props.auditTrail,
    });
  }

  private createComplianceRules(): ComplianceRules {
    return new ComplianceRules(this, 'ComplianceRules', {
      projects: this.projects,
      privilegedProjects: [this.imageBuild.project],
      omittedChecks: this.props.omittedComplianceChecks,
      repository: this.release.repository,
      buckets: [this.workspace.artifactBucket, this.workspace.normalizer.bucket],
      functions: this.functions,
      topics: [this.approval.topic, this.notifications.topic],
      trail: this.auditTrail.trail,
      encryptionKey: this.workspace.encryptionKey,
      recorder: this.props.configRecorder,
      topic: this.notifications.topic,
    });
  }
}

/** Accounts whose clusters pull the image from the pipeline's. */
function otherAccounts(scope: Construct, ...targets: EksTarget[]): string[] {
  const stack = Stack.of(scope);
  // Two tokens may stand for one account.
  const resolved = (account: string) => JSON.stringify(stack.resolve(account));
  return targets.map((target) => target._environment(stack).account).filter((account) => resolved(account) !== resolved(stack.account));
}
