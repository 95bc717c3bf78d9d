import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { runBuildspec } from './run-buildspec';
import {
  actionOf, actionsOf, actionVariables, buildspecOf, checkedOut, environmentOf, flatten, logicalId, newRun, newStack, newWorkspace, pipelineWith,
  propertiesOf, statementsAllowing, statementsOf, toolsOf,
} from './support';
import { JobSpec } from '../../src/jobs/job-spec';
import { PipelineJob } from '../../src/jobs/pipeline-job';
import { ToolMirror } from '../../src/tools/tool-mirror';
import { ToolPin } from '../../src/tools/tool-version';
import { PipelineWorkspace, PipelineWorkspaceProps } from '../../src/workspace/pipeline-workspace';

const SHA256 = 'b'.repeat(64);

let stack: Stack;
let workspace: PipelineWorkspace;

function newJob(spec: Partial<JobSpec> = {}, props?: PipelineWorkspaceProps): PipelineJob {
  stack ??= newStack();
  workspace = newWorkspace(stack, props);
  return new PipelineJob(stack, 'Job', workspace, {
    description: 'A job', script: 'release/push.sh', inputs: [newRun().commitArtifact], timeout: Duration.minutes(10), ...spec,
  });
}

beforeEach(() => {
  stack = newStack();
});

function artifacts(...names: string[]): string[] {
  return names.map((name) => `<${logicalId(workspace.artifactBucket)}.Arn>/*/${name}/*`);
}

describe('artifacts', () => {
  test('that a job reads are its own, and it writes none', () => {
    const { role } = newJob({ inputs: [new codepipeline.Artifact('Commit'), new codepipeline.Artifact('Image')] });
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources).filter((each) => each.startsWith('<'))).toEqual(artifacts('Commit', 'Image'));
    expect(statementsAllowing(role, 's3:PutObject')).toEqual([]);
  });

  test('that a job writes is its own', () => {
    const { role } = newJob({ output: new codepipeline.Artifact('Image') });
    expect(statementsAllowing(role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual(artifacts('Image'));
  });

  test.each(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ListBucket', 's3:ListBucketVersions', 's3:PutObjectAcl', 's3:PutBucketPolicy'])(
    'give no right to %s', (action) => {
      expect(statementsAllowing(newJob({ output: new codepipeline.Artifact('Image') }).role, action)).toEqual([]);
    });

  test('are known by the first 10 characters of their names, to which CodePipeline cuts them', () => {
    const { role } = newJob({ inputs: [new codepipeline.Artifact('CommitOfTheShop')] });
    expect(statementsAllowing(role, 's3:GetObjectVersion').flatMap(({ resources }) => resources)).toEqual(artifacts('CommitOfTh'));
  });

  test('that CodePipeline would cut to the same name cannot be input and output', () => {
    expect(() => newJob({ inputs: [new codepipeline.Artifact('ApplicationIn')], output: new codepipeline.Artifact('ApplicationOut') })).toThrow(
      '\'artifact\' must differ from those that the job reads within its first 10 characters, to which CodePipeline cuts names, got \'ApplicationOut\'; choose another name');
  });

  test('must have a name', () => {
    expect(() => newJob({ inputs: [new codepipeline.Artifact()] })).toThrow(
      '\'artifact\' must have a name, because the job\'s rights are limited to it; make it with a name, like new Artifact(\'Source\')');
  });

  test('are decrypted with the workspace\'s key; only a job with an output encrypts', () => {
    const key = `<${logicalId(newJob().project.stack.node.findChild('Workspace').node.findChild('Key'))}.Arn>`;
    expect(statementsOf(stack.node.findChild('Job').node.findChild('Role') as any).filter(({ sid }) => sid === 'UseKey')).toEqual([
      { sid: 'UseKey', effect: 'Allow', actions: ['kms:Decrypt'], resources: [key] },
    ]);
    stack = newStack();
    expect(statementsOf(newJob({ output: new codepipeline.Artifact('Image') }).role).filter(({ sid }) => sid === 'UseKey')).toEqual([
      { sid: 'UseKey', effect: 'Allow', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] },
    ]);
  });
});

describe('the role of a job', () => {
  test('can be taken by CodeBuild of this account only', () => {
    newJob();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      Description: 'Role of the job: A job',
      AssumeRolePolicyDocument: {
        Statement: [{
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'codebuild.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        }],
      },
    });
  });

  test('has exactly these rights without anything special', () => {
    expect(actionsOf(newJob().role)).toEqual([
      'kms:Decrypt', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetObject', 's3:GetObjectVersion',
    ]);
  });

  test('has a right on everything for nothing', () => {
    expect(statementsOf(newJob().role).filter(({ resources }) => resources.includes('*'))).toEqual([]);
  });

  test('is not widened by a pipeline of the user\'s own that runs the job', () => {
    const spec = { inputs: [new codepipeline.Artifact('Source')], output: new codepipeline.Artifact('Out') };
    const before = rightsOf(spec);
    const job = newJob(spec);
    const { source } = sourceAction();
    new codepipeline.Pipeline(stack, 'Pipeline', {
      artifactBucket: workspace.artifactBucket,
      stages: [{ stageName: 'Source', actions: [source] }, { stageName: 'Job', actions: [job.createAction({ actionName: 'Job' })] }],
    });
    expect(statementsOf(job.role)).toEqual(before);
  });

  test('refuses a pipeline whose artifacts lie where it has no rights', () => {
    const job = newJob();
    const { source } = sourceAction();
    expect(() => new codepipeline.Pipeline(stack, 'Pipeline', {
      stages: [{ stageName: 'Source', actions: [source] }, { stageName: 'Job', actions: [job.createAction({ actionName: 'Job' })] }],
    })).toThrow(/'artifactBucket' must be that of the workspace, .*; make the pipeline with artifactBucket: workspace.artifactBucket/);
  });

  test('is not widened by an action of CDK on the job\'s project', () => {
    const before = rightsOf({});
    const job = newJob();
    const { source, artifact } = sourceAction();
    new codepipeline.Pipeline(stack, 'Pipeline', {
      artifactBucket: new s3.Bucket(stack, 'OwnArtifacts'),
      stages: [{ stageName: 'Source', actions: [source] }, {
        stageName: 'Job', actions: [new actions.CodeBuildAction({ actionName: 'Own', project: job.project, input: artifact, outputs: [new codepipeline.Artifact('Own')] })],
      }],
    });
    expect(statementsOf(job.role)).toEqual(before);
  });

  test('is not widened by grants to the project', () => {
    const before = rightsOf({});
    const job = newJob();
    new s3.Bucket(stack, 'Other').grantReadWrite(job.project);
    expect(statementsOf(job.role)).toEqual(before);
  });

  test('gets the further rights that were stated', () => {
    expect(statementsAllowing(newJob({ statements: [{ sid: 'Extra', actions: ['ecr:DescribeImages'], resources: ['arn:aws:ecr:::x'] }] }).role, 'ecr:DescribeImages'))
      .toEqual([{ sid: 'Extra', effect: 'Allow', actions: ['ecr:DescribeImages'], resources: ['arn:aws:ecr:::x'] }]);
  });

  /** The rights of such a job that nothing was bound to. */
  function rightsOf(spec: Partial<JobSpec>) {
    const rights = statementsOf(newJob(spec).role);
    stack = newStack();
    return rights;
  }

  function sourceAction() {
    const artifact = new codepipeline.Artifact('Source');
    return {
      artifact,
      source: new actions.S3SourceAction({
        actionName: 'Source', bucket: s3.Bucket.fromBucketName(stack, 'Sources', 'sources'), bucketKey: 'a.zip', output: artifact, trigger: actions.S3Trigger.NONE,
      }),
    };
  }
});

describe('the project of a job', () => {
  test('has no privileges by default', () => {
    expect(propertiesOf(newJob().project).Environment).toMatchObject({ PrivilegedMode: false, ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'aws/codebuild/standard:8.0' });
  });

  test('has privileges if they are stated', () => {
    expect(propertiesOf(newJob({ privileged: true }).project).Environment.PrivilegedMode).toBe(true);
  });

  test('has the given machine', () => {
    expect(propertiesOf(newJob({ computeType: codebuild.ComputeType.LARGE }).project).Environment.ComputeType).toBe('BUILD_GENERAL1_LARGE');
  });

  test('ends after the given time', () => {
    expect(propertiesOf(newJob().project).TimeoutInMinutes).toBe(10);
  });

  test('keeps no cache that another job or run could read', () => {
    expect(propertiesOf(newJob().project).Cache).toEqual({ Type: 'NO_CACHE' });
  });

  test('logs to a group of its own: one year, encrypted, deleted with the stack', () => {
    newJob();
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [logicalId(stack.node.findChild('Workspace').node.findChild('Key')), 'Arn'] } },
      DeletionPolicy: 'Delete',
    });
  });

  test('may write to that group only', () => {
    const { project, role } = newJob();
    const group = propertiesOf(project).LogsConfig.CloudWatchLogs.GroupName.Ref;
    expect(statementsAllowing(role, 'logs:PutLogEvents').flatMap(({ resources }) => resources)).toEqual([`<${group}.Arn>`]);
  });

  test('has no report group by default', () => {
    newJob();
    Template.fromStack(stack).resourceCountIs('AWS::CodeBuild::ReportGroup', 0);
  });

  test('has a report group for JUnit', () => {
    const { project } = newJob({ junitReport: true });
    Template.fromStack(stack).hasResourceProperties('AWS::CodeBuild::ReportGroup', { Type: 'TEST' });
    expect(Object.keys(buildspecOf(project).reports)).toEqual([expect.stringMatching(/^<JobReports\w+\.Arn>$/)]);
  });
});

describe('the environment of a job', () => {
  test('holds the given values in plain text', () => {
    expect(environmentOf(newJob({ environment: { COLOUR: 'green' } }).project).COLOUR).toEqual({ type: 'PLAINTEXT', value: 'green' });
  });

  test('tells where the scripts are, and cannot be told otherwise', () => {
    expect(environmentOf(newJob({ environment: { DEVSECOPS_SCRIPTS: 's3://elsewhere/scripts.tar' } }).project).DEVSECOPS_SCRIPTS.value)
      .toMatch(/^s3:\/\/cdk-hnb659fds-assets-111122223333-eu-central-1\/[0-9a-f]{64}\.tar$/);
  });

  test('names secrets, and never holds them', () => {
    const secret = new secretsmanager.Secret(stack, 'Secret');
    expect(environmentOf(newJob({ secrets: { TOKEN: { secret } } }).project).TOKEN).toEqual({ type: 'SECRETS_MANAGER', value: `<${logicalId(secret)}>` });
  });

  test('names the field of a secret', () => {
    const secret = new secretsmanager.Secret(stack, 'Secret');
    expect(environmentOf(newJob({ secrets: { TOKEN: { secret, field: 'token' } } }).project).TOKEN.value).toBe(`<${logicalId(secret)}>:token`);
  });

  test('names secrets that the role may read, with their key', () => {
    const encryptionKey = new kms.Key(stack, 'SecretKey');
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey });
    const { role } = newJob({ secrets: { TOKEN: { secret } } });
    expect(statementsAllowing(role, 'secretsmanager:GetSecretValue').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(secret)}>`]);
    // The key admits who comes through Secrets Manager: a statement of the key's policy.
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: 'kms:Decrypt',
          Principal: { AWS: { 'Fn::GetAtt': [logicalId(role), 'Arn'] } },
          Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
        })]),
      },
    });
  });

  test('has no secret by default', () => {
    const { project, role } = newJob();
    expect(Object.values(environmentOf(project)).map(({ type }) => type)).not.toContain('SECRETS_MANAGER');
    expect(statementsAllowing(role, 'secretsmanager:GetSecretValue')).toEqual([]);
  });

  test('names assets that the role may read, and no others', () => {
    const asset = new assets.Asset(stack, 'Rules', { path: __filename });
    const { project, role } = newJob({ assets: { RULES: asset } });
    expect(environmentOf(project).RULES.value).toBe(asset.s3ObjectUrl);
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources).filter((each) => each.includes('-assets-')).sort()).toEqual([
      `arn:<AWS::Partition>:s3:::${asset.s3ObjectUrl.slice(5)}`, `arn:<AWS::Partition>:s3:::${environmentOf(project).DEVSECOPS_SCRIPTS.value.slice(5)}`,
    ].sort());
  });
});

describe('the buildspec of a job', () => {
  test('fetches and verifies the scripts before it runs one', () => {
    const { install, build } = buildspecOf(newJob().project).phases;
    expect(install.commands.findIndex((command: string) => command.includes('sha256sum --check --strict'))).toBeGreaterThan(
      install.commands.findIndex((command: string) => command.startsWith('aws s3 cp')));
    expect(install.commands.findIndex((command: string) => command.startsWith('tar '))).toBeGreaterThan(
      install.commands.findIndex((command: string) => command.includes('sha256sum --check --strict')));
    expect(build.commands).toEqual(['cd "$DEVSECOPS_HOME/work"', 'bash "$DEVSECOPS_HOME/release/push.sh"']);
  });

  test('has no post_build, which CodeBuild would run after a failure too', () => {
    expect(Object.keys(buildspecOf(newJob().project).phases)).toEqual(['install', 'build']);
  });

  test('emits nothing by default', () => {
    expect(buildspecOf(newJob().project)).not.toHaveProperty('artifacts');
  });

  test('emits what is below out', () => {
    expect(buildspecOf(newJob({ output: new codepipeline.Artifact('Image') }).project).artifacts).toEqual({
      'base-directory': '$DEVSECOPS_HOME/out', 'files': ['**/*'],
    });
  });

  test('exports nothing by default', () => {
    expect(buildspecOf(newJob().project).env).toEqual({ shell: 'bash' });
  });

  test('exports variables, on failure too', () => {
    const buildspec = buildspecOf(newJob({ exportedVariables: ['SUMMARY'] }).project);
    expect(buildspec.env['exported-variables']).toEqual(['SUMMARY']);
    expect(buildspec.phases.build.finally).toEqual(['if [ -f "$DEVSECOPS_HOME/exports.sh" ]; then . "$DEVSECOPS_HOME/exports.sh"; fi']);
  });

  test('lists no tools by default', () => {
    expect(toolsOf(newJob().project)).toEqual([]);
  });

  test('lists the tools of the job and no others', () => {
    expect(toolsOf(newJob({ tools: ['crane', 'syft'] }).project)).toEqual(['crane', 'syft']);
  });

  test('lists a tool whose URL holds a quote without running what stands behind it', () => {
    const pin = ToolPin.of({ version: '1.0.0', url: 'https://example.com/it\';echo EXECUTED;\'s', sha256: SHA256 });
    const { output } = runBuildspec(newJob({ tools: ['mine'], toolOverrides: { mine: pin } }).project);
    expect(output).toContain('not implemented');
    expect(output).not.toContain('EXECUTED');
  });
});

describe('a tool mirror', () => {
  function mirrored(spec: Partial<JobSpec>): PipelineJob {
    return newJob(spec, { toolMirror: ToolMirror.fromBucket(new s3.Bucket(stack, 'Mirror', { encryptionKey: new kms.Key(stack, 'MirrorKey') })) });
  }

  test('is where the job\'s tools come from', () => {
    const { project } = mirrored({ tools: ['crane'] });
    expect(buildspecOf(project).phases.install.commands.find((command: string) => command.includes('tools.json'))).toMatch(
      /"url":"s3:\/\/<Mirror\w+>\/tools\/[0-9a-f]{64}\/[^/"]+"/);
  });

  test('can be read by the job, and its key used', () => {
    const { role } = mirrored({ tools: ['crane'] });
    expect(statementsAllowing(role, 's3:GetObject').flatMap(({ resources }) => resources).filter((each) => each.startsWith('<Mirror'))).toEqual([expect.stringMatching(/^<Mirror\w+\.Arn>\/tools\/\*$/)]);
    expect(statementsAllowing(role, 'kms:Decrypt').flatMap(({ resources }) => resources)).toContainEqual(expect.stringMatching(/^<MirrorKey\w+\.Arn>$/));
  });

  test('is nothing to a job without tools', () => {
    const { role } = mirrored({});
    expect(statementsOf(role).flatMap(({ resources }) => resources).filter((each) => each.startsWith('<Mirror'))).toEqual([]);
  });
});

describe('in a VPC, a job', () => {
  test('joins private subnets by default', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    expect(propertiesOf(newJob({ network: { vpc } }).project).VpcConfig).toMatchObject({
      VpcId: { Ref: logicalId(vpc) }, Subnets: vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)),
    });
  });

  test('has a security group of its own, into which nothing comes', () => {
    const { network } = newJob({ network: { vpc: new ec2.Vpc(stack, 'Vpc') } });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'A job of the delivery pipeline: nothing comes in', SecurityGroupIngress: Match.absent(),
    });
    expect(network!.securityGroup.allowAllOutbound).toBe(true);
  });

  test('may join these subnets only, for CodeBuild', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const { role } = newJob({ network: { vpc } });
    const [{ conditions, resources }] = statementsAllowing(role, 'ec2:CreateNetworkInterfacePermission');
    expect(resources).toEqual(['arn:<AWS::Partition>:ec2:eu-central-1:111122223333:network-interface/*']);
    expect(conditions.StringEquals['ec2:AuthorizedService']).toBe('codebuild.amazonaws.com');
    expect(conditions.StringEquals['ec2:Subnet'].map(flatten)).toEqual(
      [`arn:<AWS::Partition>:ec2:eu-central-1:111122223333:subnet/${flatten(stack.resolve(vpc.privateSubnets[0].subnetId))}`]);
  });

  test('has a right on everything for what CodeBuild needs of EC2 only', () => {
    const { role } = newJob({ network: { vpc: new ec2.Vpc(stack, 'Vpc') } });
    expect(statementsOf(role).filter(({ resources }) => resources.includes('*')).flatMap(({ actions: each }) => each).every((each) => each.startsWith('ec2:'))).toBe(true);
  });

  test('is made after its rights: CodeBuild refuses a VPC that the role may not join yet', () => {
    const { project, role } = newJob({ network: { vpc: new ec2.Vpc(stack, 'Vpc') } });
    const [policy] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: logicalId(role) }] } }));
    expect(Template.fromStack(stack).toJSON().Resources[logicalId(project)].DependsOn).toContain(policy[0]);
  });

  test('cannot be in isolated subnets without a mirror of its tools; the endpoints that it needs are named', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    expect(() => newJob({ network: { vpc } })).toThrow('\'toolMirror\' must be given for a job in isolated subnets, which reach no publisher; '
      + 'give ToolMirror.fromBucket(bucket), and VPC endpoints for S3, STS, KMS, Lambda, EKS, Secrets Manager, CloudWatch Logs, CodeBuild');
  });

  test.each([
    ['by their type', () => ({ subnetType: ec2.SubnetType.PUBLIC })],
    ['one by one', (vpc: ec2.Vpc) => ({ subnets: [vpc.publicSubnets[0]] })],
  ])('cannot be in public subnets, where CodeBuild gives it no address: chosen %s', (_, subnets) => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    expect(() => newJob({ network: { vpc, subnets: subnets(vpc) } })).toThrow('\'subnets\' must not be public, because a CodeBuild job gets no public address '
      + 'and finds no way out of them, got \'Shop/Vpc/PublicSubnet1');
  });

  test('can be in isolated subnets with a mirror', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const { project } = newJob({ network: { vpc } }, { toolMirror: ToolMirror.fromBucket(new s3.Bucket(stack, 'Mirror')) });
    expect(propertiesOf(project).VpcConfig.Subnets).toEqual(vpc.isolatedSubnets.map(({ subnetId }) => stack.resolve(subnetId)));
  });

  test('is outside any by default, without rights on networks', () => {
    const { project, role } = newJob();
    expect(propertiesOf(project).VpcConfig).toBeUndefined();
    expect(actionsOf(role).filter((action) => action.startsWith('ec2:'))).toEqual([]);
  });
});

describe('the action of a job', () => {
  test('tells the job what changes from run to run', () => {
    const job = newJob({ inputs: [new codepipeline.Artifact('Commit')] });
    const { source, checkout } = checkedOut(workspace);
    pipelineWith(workspace, source, checkout.action, job.createAction({ actionName: 'Job', variables: { RUN_ID: '#{Checkout.RUN_ID}' } }));
    expect(actionVariables(actionOf(stack, 'Job'))).toEqual({ RUN_ID: '#{Checkout.RUN_ID}' });
  });

  test('has inputs and output of the job', () => {
    const [one, two, out] = ['One', 'Two', 'Out'].map((name) => new codepipeline.Artifact(name));
    expect(newJob({ inputs: [one, two], output: out }).createAction({ actionName: 'Job' }).actionProperties).toMatchObject({ inputs: [one, two], outputs: [out] });
  });

  test('is refused if its variables take more than the 1,000 characters that CodePipeline allows', () => {
    const value = 'x'.repeat(1000 - '[{"name":"A","type":"PLAINTEXT","value":""}]'.length);
    const job = newJob();
    expect(() => job.createAction({ actionName: 'Fits', variables: { A: value } })).not.toThrow();
    expect(() => job.createAction({ actionName: 'Job', variables: { A: `${value}x` } })).toThrow(
      '\'Job.environmentVariables\' must take at most 1000 characters as an action\'s configuration value (CodePipeline\'s quotas), got \'1001 characters\'; '
      + 'give what does not change from run to run to the project instead of the action');
  });
});

test('in an app that names no Region, a job has the same buildspec', () => {
  const region = buildspecOf(newJob().project);
  stack = new Stack(new App(), 'Shop');
  expect(buildspecOf(newJob().project)).toEqual(region);
});
