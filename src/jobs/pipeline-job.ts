import {
  aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_iam as iam, aws_logs as logs,
  RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { JobAction } from './job-action';
import { renderBuildspec } from './job-buildspec';
import { JobNetwork } from './job-network';
import { JobSpec, REPORT_GROUP } from './job-spec';
import { acknowledge } from '../private/acknowledge';
import { acknowledgeWildcards, allow, serviceRole } from '../private/role-statements';
import { invalid, requireActionValue } from '../private/validate';
import { renderToolSet } from '../tools/tool-set';
import { PipelineWorkspace } from '../workspace/pipeline-workspace';

/** Ubuntu 24.04 with Java, Python and the AWS CLI v2; maintained by CodeBuild. */
const BUILD_IMAGE = 'aws/codebuild/standard:8.0';

export interface JobActionProps {
  readonly actionName: string;
  readonly runOrder?: number;
  readonly variablesNamespace?: string;
  /** Environment variables whose values are pipeline variables. */
  readonly variables?: { [name: string]: string };
}

/**
 * One CodeBuild job of the pipeline with a role of its own. The role states its rights per artifact and gets no others:
 * what binds to the project, like a pipeline action, cannot widen them.
 */
export class PipelineJob extends Construct {
  public readonly project: codebuild.PipelineProject;
  public readonly role: iam.Role;
  public readonly network?: JobNetwork;
  private readonly spec: JobSpec;

  constructor(scope: Construct, id: string, private readonly workspace: PipelineWorkspace, spec: JobSpec) {
    super(scope, id);
    this.spec = spec;
    const stack = Stack.of(this);
    this.role = serviceRole(this, 'Role', new iam.ServicePrincipal('codebuild.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }), `Role of the job: ${spec.description}`);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: workspace.encryptionKey,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reportGroup = spec.junitReport
      ? new codebuild.ReportGroup(this, 'Reports', { deleteReports: true, removalPolicy: RemovalPolicy.DESTROY, type: codebuild.ReportGroupType.TEST })
      : undefined;
    this.network = spec.network && new JobNetwork(this, 'Network', { ...spec.network, toolMirror: workspace.toolMirror });

    this.project = new codebuild.PipelineProject(this, 'Project', {
      description: spec.description,
      role: this.role.withoutPolicyUpdates(),
      encryptionKey: workspace.encryptionKey,
      environment: {
        buildImage: spec.buildImage ?? codebuild.LinuxBuildImage.fromCodeBuildImageId(BUILD_IMAGE),
        computeType: spec.computeType ?? codebuild.ComputeType.SMALL,
        privileged: spec.privileged ?? false,
      },
      environmentVariables: this.renderEnvironment(),
      buildSpec: codebuild.BuildSpec.fromObject(this.renderBuildspec(reportGroup)),
      logging: { cloudWatch: { logGroup } },
      timeout: spec.timeout,
      vpc: this.network?.vpc,
      subnetSelection: this.network?.subnets,
      securityGroups: this.network && [this.network.securityGroup],
      // A report group of its own is stated below; CDK's default would let the job create any.
      grantReportGroupPermissions: false,
    });

    acknowledge(this.project, 'The source is an artifact of the pipeline: there is no URL that could hold a credential',
      'HIPAA.Security-CodeBuildProjectSourceRepoUrl', 'PCI.DSS.321-CodeBuildProjectSourceRepoUrl');

    allow(this.role, { sid: 'Logs', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    this.grantArtifacts();
    workspace._scripts.grantRead(this.role);
    if ((spec.tools ?? []).length > 0 && workspace.toolMirror) {
      workspace.toolMirror.grantRead(this.role);
      acknowledgeWildcards(this.role, 'Objects of the tool mirror are named by their checksums',
        [], [workspace.toolMirror.bucket.arnForObjects(`${workspace.toolMirror._prefix}/*`)]);
    }
    Object.values(spec.secrets ?? {}).forEach(({ secret }) => secret.grantRead(this.role));
    Object.values(spec.assets ?? {}).forEach((asset) => allow(this.role, {
      actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
    }));
    if (reportGroup) {
      allow(this.role, {
        sid: 'ShowReport',
        actions: ['codebuild:CreateReport', 'codebuild:UpdateReport', 'codebuild:BatchPutTestCases'],
        resources: [reportGroup.reportGroupArn],
      });
    }
    if (this.network) {
      this.network.grantJoin(this.role);
      // CodeBuild refuses to make a project in a VPC whose role may not join it yet.
      this.project.node.addDependency(this.role.node.findChild('DefaultPolicy'));
      // CDK's own policy for that is wider. It reaches no role and no template, and is gone here so that no check finds it.
      this.project.node.tryRemoveChild('PolicyDocument');
    }
    allow(this.role, ...spec.statements ?? []);
  }

  /** The pipeline action that runs the job. */
  public createAction(props: JobActionProps): codepipeline.IAction {
    const variables = Object.fromEntries(Object.entries(props.variables ?? {}).map(([name, value]) => [name, { value }]));
    const rendered = JSON.stringify(Object.entries(variables).map(([name, { value }]) => ({ name, type: 'PLAINTEXT', value })));
    requireActionValue(`${props.actionName}.environmentVariables`, rendered, 'give what does not change from run to run to the project instead of the action');
    return new JobAction({
      actionName: props.actionName,
      runOrder: props.runOrder,
      variablesNamespace: props.variablesNamespace,
      project: this.project,
      input: this.spec.inputs[0],
      extraInputs: this.spec.inputs.slice(1),
      outputs: this.spec.output && [this.spec.output],
      environmentVariables: variables,
    }, this.workspace.artifactBucket);
  }

  private renderBuildspec(reportGroup?: codebuild.ReportGroup): { [key: string]: unknown } {
    const { spec, workspace } = this;
    const tools = renderToolSet({ tools: spec.tools ?? [], overrides: spec.toolOverrides, mirror: workspace.toolMirror });
    // The job writes it from between single quotes.
    const toolsJson = tools.length === 0 ? undefined : JSON.stringify(tools).replace(/'/g, '\\u0027');
    const { reports, ...buildspec } = renderBuildspec(spec, workspace._scripts.installCommands(), toolsJson);
    return { ...buildspec, ...(reportGroup && { reports: { [reportGroup.reportGroupArn]: reports![REPORT_GROUP] } }) };
  }

  private renderEnvironment(): { [name: string]: codebuild.BuildEnvironmentVariable } {
    const plain: { [name: string]: string } = {
      ...this.spec.environment,
      ...Object.fromEntries(Object.entries(this.spec.assets ?? {}).map(([name, asset]) => [name, asset.s3ObjectUrl])),
      // A variable of the project: CodeBuild must know it to find artifacts and reports.
      DEVSECOPS_HOME: '/tmp/devsecops',
      DEVSECOPS_SCRIPTS: this.workspace._scripts.url,
    };
    return {
      ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { value }])),
      ...Object.fromEntries(Object.entries(this.spec.secrets ?? {}).map(([name, { secret, field }]) => [name, {
        type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER,
        value: field ? `${secret.secretArn}:${field}` : secret.secretArn,
      }])),
    };
  }

  /** Artifacts lie at `<pipeline>/<artifact>/<id>`: each job reads its inputs and writes its output, and nothing else. */
  private grantArtifacts(): void {
    const { artifactBucket, encryptionKey } = this.workspace;
    const { inputs, output } = this.spec;
    if (output && inputs.some((input) => artifactPrefix(input) === artifactPrefix(output))) {
      throw invalid({
        prop: 'artifact',
        rule: 'must differ from those that the job reads within its first 10 characters, to which CodePipeline cuts names',
        value: output.artifactName,
        remedy: 'choose another name',
      });
    }
    const objectsOf = (artifact: codepipeline.Artifact) => artifactBucket.arnForObjects(`*/${artifactPrefix(artifact)}/*`);
    const wildcardsBecause = 'CodePipeline names the objects of an artifact; the job is limited to its own artifacts';
    allow(this.role,
      { sid: 'ReadArtifacts', actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: inputs.map(objectsOf), wildcardsBecause },
      { sid: 'SeeArtifactBucket', actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'], resources: [artifactBucket.bucketArn] },
      { sid: 'UseKey', actions: output ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'], resources: [encryptionKey.keyArn] });
    if (output) {
      allow(this.role, { sid: 'WriteArtifact', actions: ['s3:PutObject'], resources: [objectsOf(output)], wildcardsBecause });
    }
  }
}

/** The part of an artifact's keys that is its own: CodePipeline cuts the name to 10 characters. */
function artifactPrefix(artifact: codepipeline.Artifact): string {
  if (artifact.artifactName === undefined) {
    throw invalid({
      prop: 'artifact',
      rule: 'must have a name, because the job\'s rights are limited to it',
      remedy: 'make it with a name, like new Artifact(\'Source\')',
    });
  }
  return artifact.artifactName.slice(0, 10);
}
