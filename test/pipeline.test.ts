import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  ApproverRule, ConfigRecorder, DevSecOpsEksPipeline, DynamicScanner, EksTarget, GatePolicy, KubernetesDeployment, PipelineSource, PipelineStage,
  SecretsScan, Waivers,
} from '../src';
import {
  ACCOUNT, Example, HeadersGate, LicencesGate, maximalExample, minimalExample, Overrides, REGION, templateOf, WAIVERS_FILE,
} from './support/example-pipeline';
import { actionsIn, environmentOf, idOf, list, PipelineAction, pipelineIn, resourcesOf, statementsOf, written } from './support/template-facts';

const minimal = minimalExample();
const minimalTemplate = templateOf(minimal);
const maximal = maximalExample();
const maximalTemplate = templateOf(maximal);

/** `Stage: Action@runOrder`, for tests about the order of things. */
function order(template: Template): string[] {
  return actionsIn(template).map(({ stage, name, runOrder }) => `${stage}: ${name}@${runOrder}`);
}

function action(template: Template, stage: string, name: string): PipelineAction {
  return actionsIn(template).find((each) => each.stage === stage && each.name === name)!;
}

function withProps(overrides: (stack: Stack) => Overrides): { example: Example; template: Template } {
  const example = minimalExample({ overrides });
  return { example, template: templateOf(example) };
}

/** The gates that a job or function demands a passing verdict of. */
function requiredGates(template: Template, stage: string, name: string): string {
  return environmentOf(template, action(template, stage, name).runs!).REQUIRED_GATES;
}

describe('the way of a change', () => {
  test('has its stages and actions in the order of the design', () => {
    expect(order(minimalTemplate)).toEqual([
      'Source: Source@1',
      'Checkout: SecretsScan@1',
      'Build: Image@1',
      'Scan: ImageScan@1',
      'Scan: CodeScan@1',
      'Release: Push@1',
      'Release: RegistryScan@2',
      'Staging: Deploy@1',
      'Staging: DynamicScan@2',
      'Approval: Brief@1',
      'Approval: Approve@2',
      'Production: Deploy@1',
    ]);
  });

  test('with everything on, adds a user\'s gates to their stages and the check of the approver behind the approval', () => {
    expect(order(maximalTemplate)).toEqual([
      'Source: Source@1',
      'Checkout: SecretsScan@1',
      'Build: Image@1',
      'Scan: ImageScan@1',
      'Scan: CodeScan@1',
      'Scan: licences@1',
      'Release: Push@1',
      'Release: RegistryScan@2',
      'Staging: Deploy@1',
      'Staging: DynamicScan@2',
      'Staging: headers@2',
      'Approval: Brief@1',
      'Approval: Approve@2',
      'Approval: ApproverCheck@3',
      'Production: Deploy@1',
    ]);
  });

  test.each([
    ['1 a commit starts it', 'Source', 'Source', 'CodeCommit'],
    ['2 secrets are searched for', 'Checkout', 'SecretsScan', 'CodeBuild'],
    ['3 the image is built', 'Build', 'Image', 'CodeBuild'],
    ['4 the image is scanned by Anchore or Snyk', 'Scan', 'ImageScan', 'CodeBuild'],
    ['5 findings go to Security Hub from every gate', 'Scan', 'CodeScan', 'CodeBuild'],
    ['6 the image is pushed to ECR', 'Release', 'Push', 'CodeBuild'],
    ['7 ECR scans it', 'Release', 'RegistryScan', 'Lambda'],
    ['8 it is deployed to staging and scanned by ZAP', 'Staging', 'DynamicScan', 'CodeBuild'],
    ['9 somebody approves', 'Approval', 'Approve', 'Manual'],
    ['10 it is deployed to production', 'Production', 'Deploy', 'CodeBuild'],
  ])('step %s', (_, stage, name, provider) => {
    expect(action(minimalTemplate, stage, name).provider).toBe(provider);
  });

  test('the checkout alone takes the source; all others take its commit or the image', () => {
    expect(actionsIn(minimalTemplate).map(({ stage, name, inputs, outputs }) => `${stage}/${name}: ${inputs} -> ${outputs}`)).toEqual([
      'Source/Source:  -> Source',
      'Checkout/SecretsScan: Source -> Commit',
      'Build/Image: Commit -> Image',
      'Scan/ImageScan: Image -> ',
      'Scan/CodeScan: Commit -> ',
      'Release/Push: Image -> ',
      'Release/RegistryScan:  -> ',
      'Staging/Deploy: Commit -> ',
      'Staging/DynamicScan: Commit -> ',
      'Approval/Brief:  -> ',
      'Approval/Approve:  -> ',
      'Production/Deploy: Commit -> ',
    ]);
  });

  test('every action that exports variables has a namespace of its own', () => {
    expect(actionsIn(minimalTemplate).flatMap(({ namespace }) => namespace ?? [])).toEqual([
      'Checkout', 'ImageScan', 'CodeScan', 'Release', 'RegistryScan', 'Deploy-staging', 'DynamicScan', 'Brief', 'Deploy-production',
    ]);
  });

  test('the source hands a reference to clone to the checkout, so that it has the history', () => {
    expect(action(minimalTemplate, 'Source', 'Source').configuration).toMatchObject({ OutputArtifactFormat: 'CODEBUILD_CLONE_REF', BranchName: 'main' });
  });

  test('a push to the branch starts it', () => {
    minimalTemplate.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        'source': ['aws.codecommit'],
        'detail-type': ['CodeCommit Repository State Change'],
        'detail': Match.objectLike({ referenceName: ['main'], referenceType: ['branch'] }),
      }),
      Targets: [Match.objectLike({ Arn: Match.objectLike({ 'Fn::Join': Match.anyValue() }) })],
    });
  });

  test('a zip file in S3 starts it, if the secrets scan is told that there is no history', () => {
    const { template } = withProps((stack) => ({
      source: PipelineSource.s3(s3.Bucket.fromBucketName(stack, 'Drop', 'shop-drop'), { objectKey: 'source.zip' }),
      secretsScan: SecretsScan.treeOnly(),
    }));

    expect(action(template, 'Source', 'Source').provider).toBe('S3');
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: Match.objectLike({ source: ['aws.s3'] }) });
  });

  test('a connection to GitHub starts it by itself', () => {
    const { template } = withProps(() => ({
      source: PipelineSource.connection('example/shop', { connectionArn: `arn:aws:codeconnections:eu-central-1:${ACCOUNT}:connection/1234` }),
    }));

    expect(action(template, 'Source', 'Source')).toMatchObject({
      provider: 'CodeStarSourceConnection', configuration: { FullRepositoryId: 'example/shop', OutputArtifactFormat: 'CODEBUILD_CLONE_REF' },
    });
  });
});

describe('the run', () => {
  const laterJobs = actionsIn(maximalTemplate).filter(({ stage, runs }) => runs !== undefined && stage !== 'Checkout');

  test('the checkout exports its id, the commit and the commit\'s checksum', () => {
    const { Properties } = resourcesOf(minimalTemplate)[action(minimalTemplate, 'Checkout', 'SecretsScan').runs!];
    const buildspec = JSON.parse(written(Properties.Source.BuildSpec));

    expect(buildspec.env['exported-variables']).toEqual(['RUN_ID', 'COMMIT_ID', 'COMMIT_SHA256', 'COMMIT_AUTHOR_SHA256', 'SUMMARY']);
  });

  test('the checkout is given no run: it makes one', () => {
    expect(action(maximalTemplate, 'Checkout', 'SecretsScan').variables).toEqual({ EXECUTION_ID: '#{codepipeline.PipelineExecutionId}' });
  });

  test.each(laterJobs.map((each) => [`${each.stage}/${each.name}`, each] as const))('%s belongs to the checkout\'s run, not to the execution', (_, each) => {
    expect(each.variables).toMatchObject({
      RUN_ID: '#{Checkout.RUN_ID}', COMMIT_ID: '#{Checkout.COMMIT_ID}', COMMIT_SHA256: '#{Checkout.COMMIT_SHA256}',
    });
  });

  test('the execution\'s id stands nowhere but in EXECUTION_ID', () => {
    const uses = actionsIn(maximalTemplate).flatMap(({ variables }) => Object.entries(variables))
      .filter(([, value]) => value.includes('PipelineExecutionId')).map(([name]) => name);

    expect(new Set(uses)).toEqual(new Set(['EXECUTION_ID']));
    expect(JSON.stringify(maximalTemplate.toJSON()).match(/PipelineExecutionId/g)).toHaveLength(uses.length);
  });
});

describe('the pipeline itself', () => {
  test('is of type V2', () => {
    expect(pipelineIn(minimalTemplate).PipelineType).toBe('V2');
  });

  test('lets a newer run overtake an older one by default', () => {
    expect(pipelineIn(minimalTemplate).ExecutionMode).toBe('SUPERSEDED');
  });

  test('queues runs if told so', () => {
    expect(pipelineIn(maximalTemplate).ExecutionMode).toBe('QUEUED');
  });

  test('does not start by itself when it is deployed', () => {
    expect(pipelineIn(minimalTemplate).RestartExecutionOnUpdate).toBe(false);
  });

  test('runs all actions with one role', () => {
    const roles = JSON.stringify(pipelineIn(maximalTemplate).Stages);

    expect(roles).not.toContain('RoleArn');
  });

  test('keeps its artifacts in the workspace\'s bucket, encrypted with its key', () => {
    expect(written(pipelineIn(minimalTemplate).ArtifactStore)).toEqual({
      Type: 'S3',
      Location: `<${idOf(minimal.delivery.workspace.artifactBucket)}>`,
      EncryptionKey: { Type: 'KMS', Id: `<${idOf(minimal.delivery.workspace.encryptionKey)}.Arn>` },
    });
  });

  test.each([['minimal', minimalTemplate], ['maximal', maximalTemplate]])('%s: the build is the only privileged project', (_, template) => {
    const privileged = Object.entries(resourcesOf(template, 'AWS::CodeBuild::Project')).filter(([, { Properties }]) => Properties.Environment.PrivilegedMode);

    expect(privileged.map(([id]) => id)).toEqual([action(template, 'Build', 'Image').runs]);
  });

  test('each project has a role of its own', () => {
    const roles = Object.values(resourcesOf(maximalTemplate, 'AWS::CodeBuild::Project')).map(({ Properties }) => written(Properties.ServiceRole));

    expect(new Set(roles).size).toBe(roles.length);
  });
});

describe('required gates', () => {
  test('the push demands the gates before it', () => {
    expect(requiredGates(minimalTemplate, 'Release', 'Push')).toBe('secrets image code');
  });

  test('staging also demands the registry\'s', () => {
    expect(requiredGates(minimalTemplate, 'Staging', 'Deploy')).toBe('secrets image code registry');
  });

  test('production demands all', () => {
    expect(requiredGates(minimalTemplate, 'Production', 'Deploy')).toBe('secrets image code registry dynamic');
  });

  test('the brief shows the gates that production demands', () => {
    expect(requiredGates(minimalTemplate, 'Approval', 'Brief')).toBe(requiredGates(minimalTemplate, 'Production', 'Deploy'));
  });

  test('a gate of one\'s own before the push is demanded by the push, staging and production', () => {
    expect(requiredGates(maximalTemplate, 'Release', 'Push')).toBe('secrets image code licences');
    expect(requiredGates(maximalTemplate, 'Staging', 'Deploy')).toBe('secrets image code licences registry');
    expect(requiredGates(maximalTemplate, 'Production', 'Deploy')).toBe('secrets image code licences registry dynamic headers');
  });

  test('a gate of one\'s own in staging is demanded by production alone', () => {
    expect(requiredGates(maximalTemplate, 'Staging', 'Deploy')).not.toContain('headers');
    expect(requiredGates(maximalTemplate, 'Production', 'Deploy')).toContain('headers');
  });

  test('gates that are added late are demanded all the same', () => {
    const example = minimalExample();
    example.delivery.addGate(new LicencesGate());
    example.delivery.addGate(new HeadersGate());
    const template = templateOf(example);

    expect(requiredGates(template, 'Release', 'Push')).toBe('secrets image code licences');
    expect(requiredGates(template, 'Approval', 'Brief')).toBe('secrets image code licences registry dynamic headers');
    expect(requiredGates(template, 'Production', 'Deploy')).toBe('secrets image code licences registry dynamic headers');
  });

  test('every gate has an alias of the normalizer of its own', () => {
    const aliases = Object.values(resourcesOf(maximalTemplate, 'AWS::Lambda::Alias')).map(({ Properties }) => Properties.Name);

    expect(aliases.sort()).toEqual(['code', 'dynamic', 'headers', 'image', 'licences', 'registry', 'secrets']);
  });
});

describe('extending it', () => {
  test('addStage() puts a stage after a built-in one', () => {
    const example = minimalExample();
    example.delivery.addStage('Load', PipelineStage.STAGING, [new actions.ManualApprovalAction({ actionName: 'LoadTested' })]);

    expect(order(templateOf(example))).toEqual(expect.arrayContaining(['Staging: DynamicScan@2', 'Load: LoadTested@1', 'Approval: Brief@1']));
    expect(pipelineIn(templateOf(example)).Stages.map(({ Name }: any) => Name).slice(5, 8)).toEqual(['Staging', 'Load', 'Approval']);
  });

  test('stage() gives a built-in stage to add actions to', () => {
    const example = minimalExample();
    example.delivery.stage(PipelineStage.PRODUCTION).addAction(new actions.ManualApprovalAction({ actionName: 'Announced', runOrder: 2 }));

    expect(order(templateOf(example))).toContain('Production: Announced@2');
  });

  test('the job of a gate of one\'s own is watched like the built-in ones', () => {
    const gateProject = action(maximalTemplate, 'Scan', 'licences').runs!;
    const watching = Object.values(resourcesOf(maximalTemplate, 'AWS::Events::Rule'))
      .filter(({ Properties }) => JSON.stringify(Properties.EventPattern).includes('StartBuild') && JSON.stringify(Properties.EventPattern).includes(`"${gateProject}"`));

    expect(watching).toHaveLength(1);
  });

  test('a gate that is added after the audit trail is said to be unwatched', () => {
    const example = minimalExample();
    example.delivery.addGate(new LicencesGate());

    Annotations.fromStack(example.stack).hasWarning('*', Match.stringLikeRegexp('the gate \'licences\' was added after the audit trail'));
  });

  test('a policy for a gate of one\'s own is taken by its id', () => {
    const strict = withProps(() => ({ additionalGates: [new LicencesGate()], policies: { additional: { licences: GatePolicy.failOnAny() } } }));
    const lenient = withProps(() => ({ additionalGates: [new LicencesGate()], policies: { additional: { licences: GatePolicy.auditOnly() } } }));

    expect(idsOfGateDefinitions(strict.template)).not.toEqual(idsOfGateDefinitions(lenient.template));
  });

  test('a repository, key, topics and roles of one\'s own are used', () => {
    const { template } = withProps((stack) => ({
      repository: ecr.Repository.fromRepositoryName(stack, 'Images', 'shop-images'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234`),
      approvalTopic: sns.Topic.fromTopicArn(stack, 'Approvers', `arn:aws:sns:eu-central-1:${ACCOUNT}:approvers`),
      notificationTopic: sns.Topic.fromTopicArn(stack, 'Team', `arn:aws:sns:eu-central-1:${ACCOUNT}:team`),
      approvalRecipients: undefined,
    }));

    template.resourceCountIs('AWS::KMS::Key', 0);
    template.resourceCountIs('AWS::SNS::Topic', 0);
    template.resourceCountIs('AWS::ECR::Repository', 1); // The layer cache of the build.
    expect(action(template, 'Approval', 'Approve').configuration.NotificationArn).toBe(`arn:aws:sns:eu-central-1:${ACCOUNT}:approvers`);
    expect(environmentOf(template, action(template, 'Release', 'Push').runs!).REPOSITORY_URI).toContain('shop-images');
  });
});

/** Hashes of the gates' definitions, as the normalizer has them. */
function idsOfGateDefinitions(template: Template): string {
  const [normalizer] = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).filter(({ Properties }) => Properties.Environment?.Variables?.GATES);
  return written(normalizer.Properties.Environment.Variables.GATES);
}

describe('escape hatches', () => {
  const exposed: [string, (delivery: DevSecOpsEksPipeline) => any, string][] = [
    ['pipeline', (delivery) => delivery.pipeline, 'AWS::CodePipeline::Pipeline'],
    ['workspace.encryptionKey', (delivery) => delivery.workspace.encryptionKey, 'AWS::KMS::Key'],
    ['workspace.artifactBucket', (delivery) => delivery.workspace.artifactBucket, 'AWS::S3::Bucket'],
    ['workspace.accessLogsBucket', (delivery) => delivery.workspace.accessLogsBucket, 'AWS::S3::Bucket'],
    ['workspace.normalizer.bucket', (delivery) => delivery.workspace.normalizer.bucket, 'AWS::S3::Bucket'],
    ['workspace.normalizer.function', (delivery) => delivery.workspace.normalizer.function, 'AWS::Lambda::Function'],
    ['workspace.normalizer.deadLetterQueue', (delivery) => delivery.workspace.normalizer.deadLetterQueue, 'AWS::SQS::Queue'],
    ['secretsGate.project', (delivery) => delivery.secretsGate.project, 'AWS::CodeBuild::Project'],
    ['imageBuild.project', (delivery) => delivery.imageBuild.project, 'AWS::CodeBuild::Project'],
    ['imageBuild.cacheRepository', (delivery) => delivery.imageBuild.cacheRepository, 'AWS::ECR::Repository'],
    ['imageScan.project', (delivery) => delivery.imageScan.project, 'AWS::CodeBuild::Project'],
    ['codeScan.project', (delivery) => delivery.codeScan.project, 'AWS::CodeBuild::Project'],
    ['release.project', (delivery) => delivery.release.project, 'AWS::CodeBuild::Project'],
    ['release.repository', (delivery) => delivery.release.repository, 'AWS::ECR::Repository'],
    ['registryScan.function', (delivery) => delivery.registryScan.function, 'AWS::Lambda::Function'],
    ['stagingDeployment.project', (delivery) => delivery.stagingDeployment.project, 'AWS::CodeBuild::Project'],
    ['dynamicScan.project', (delivery) => delivery.dynamicScan.project, 'AWS::CodeBuild::Project'],
    ['approval.topic', (delivery) => delivery.approval.topic, 'AWS::SNS::Topic'],
    ['approval.briefFunction', (delivery) => delivery.approval.briefFunction, 'AWS::Lambda::Function'],
    ['productionDeployment.project', (delivery) => delivery.productionDeployment.project, 'AWS::CodeBuild::Project'],
    ['notifications.topic', (delivery) => delivery.notifications.topic, 'AWS::SNS::Topic'],
    ['auditTrail.trail', (delivery) => delivery.auditTrail.trail, 'AWS::CloudTrail::Trail'],
    ['auditTrail.logBucket', (delivery) => delivery.auditTrail.logBucket, 'AWS::S3::Bucket'],
  ];

  test('every exposed resource can be changed through its default child', () => {
    const example = minimalExample();
    exposed.forEach(([name, get]) => get(example.delivery).node.defaultChild.addPropertyOverride('Tags', [{ Key: 'changed', Value: name }]));
    const template = templateOf(example);

    for (const [name, , type] of exposed) {
      template.hasResourceProperties(type, { Tags: [{ Key: 'changed', Value: name }] });
    }
  });

  const roles: [string, (delivery: DevSecOpsEksPipeline) => iam.IRole][] = [
    ['pipeline', (delivery) => delivery.pipeline.role],
    ['workspace.normalizer', (delivery) => delivery.workspace.normalizer.role],
    ['secretsGate', (delivery) => delivery.secretsGate.role],
    ['imageBuild', (delivery) => delivery.imageBuild.role],
    ['imageScan', (delivery) => delivery.imageScan.role],
    ['codeScan', (delivery) => delivery.codeScan.role],
    ['release', (delivery) => delivery.release.role],
    ['registryScan', (delivery) => delivery.registryScan.role],
    ['stagingDeployment', (delivery) => delivery.stagingDeployment.role],
    ['dynamicScan', (delivery) => delivery.dynamicScan.role],
    ['productionDeployment', (delivery) => delivery.productionDeployment.role],
  ];

  test.each(roles)('the role of %s can be given a right', (_, get) => {
    const example = minimalExample();
    const role = get(example.delivery);
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['arn:aws:dynamodb:eu-central-1:111122223333:table/prices'] }));

    expect(statementsOf(templateOf(example), idOf(role)).flatMap((statement) => statement.actions)).toContain('dynamodb:GetItem');
  });

  test('what binds to a project cannot widen its role', () => {
    const example = minimalExample();
    const before = statementsOf(templateOf(minimalExample()), idOf(example.delivery.imageBuild.role));
    example.stack.node.findAll().filter((child): child is codebuild.Project => child instanceof codebuild.Project)
      .forEach((project) => project.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:DeleteObject'], resources: ['*'] })));

    expect(statementsOf(templateOf(example), idOf(example.delivery.imageBuild.role))).toEqual(before);
  });

  test('projects lists every job, and functions every function, of the template', () => {
    const ids = (constructs: (codebuild.IProject | lambda.IFunction)[]) => constructs.map(idOf).sort();

    expect(ids(maximal.delivery.projects)).toEqual(Object.keys(resourcesOf(maximalTemplate, 'AWS::CodeBuild::Project')).sort());
    expect(ids(maximal.delivery.functions)).toEqual(Object.keys(resourcesOf(maximalTemplate, 'AWS::Lambda::Function')).sort());
  });
});

describe('people', () => {
  test('approvers may answer the request of this pipeline, and read reports, verdicts and evidence, nothing else', () => {
    const example = minimalExample();
    const team = new iam.Role(example.stack, 'Team', { assumedBy: new iam.AccountRootPrincipal() });
    example.delivery.grantApprove(team);
    const findings = idOf(example.delivery.workspace.normalizer.bucket);
    const statements = statementsOf(templateOf(example), idOf(team));

    expect(statements.filter(({ actions: [first] }) => first.startsWith('s3:GetObject')).flatMap(({ resources }) => resources)).toEqual(
      ['verdicts/*', 'evidence/*', 'reports/*'].map((pattern) => `<${findings}.Arn>/${pattern}`));
    expect(statements.filter((statement) => statement.actions.includes('codepipeline:PutApprovalResult')).flatMap(({ resources }) => resources)).toEqual(
      [expect.stringMatching(/:<DeliveryPipeline\w+>\/Approval\/Approve$/)]);
    expect(statements.flatMap((statement) => statement.actions).filter((each) => /^s3:(Put|Delete)/.test(each))).toEqual([]);
  });

  test('the approvers hear of the runs too, unless others are named', () => {
    const subscribed = (template: Template) => Object.values(resourcesOf(template, 'AWS::SNS::Subscription')).map(({ Properties }) => Properties.Endpoint);

    expect(subscribed(minimalTemplate)).toEqual(['security@example.com', 'security@example.com']);
    expect(subscribed(maximalTemplate).sort()).toEqual(['lead@example.com', 'security@example.com', 'team@example.com']);
  });

  test('requests wait for 24 hours by default', () => {
    minimalTemplate.hasResourceProperties('AWS::CodePipeline::Pipeline', {
      Stages: Match.arrayWith([Match.objectLike({ Actions: Match.arrayWith([Match.objectLike({ Name: 'Approve', TimeoutInMinutes: 1440 })]) })]),
    });
  });

  test('requests wait as long as is told', () => {
    maximalTemplate.hasResourceProperties('AWS::CodePipeline::Pipeline', {
      Stages: Match.arrayWith([Match.objectLike({ Actions: Match.arrayWith([Match.objectLike({ Name: 'Approve', TimeoutInMinutes: 2880 })]) })]),
    });
  });
});

describe('watching', () => {
  test('the check of the approver is watched like the other functions', () => {
    const check = idOf(maximal.delivery.approval.approverCheckFunction!);
    const watched = Object.values(resourcesOf(maximalTemplate, 'AWS::Events::Rule')).map(({ Properties }) => JSON.stringify(Properties.EventPattern))
      .filter((pattern) => pattern.includes('UpdateFunctionCode'));

    expect(watched.some((pattern) => pattern.includes(`"${check}"`))).toBe(true);
  });

  test('changes of the role of every job and function are watched', () => {
    const watched = Object.values(resourcesOf(maximalTemplate, 'AWS::Events::Rule')).map(({ Properties }) => Properties.EventPattern)
      .filter((pattern) => list<string>(pattern.detail?.eventName).includes('PutRolePolicy')).flatMap((pattern) => pattern.detail.requestParameters.roleName.map(written));
    const used = Object.values({ ...resourcesOf(maximalTemplate, 'AWS::CodeBuild::Project'), ...resourcesOf(maximalTemplate, 'AWS::Lambda::Function') })
      .map(({ Properties }) => written(Properties.ServiceRole ?? Properties.Role).replace('.Arn', ''));

    expect(watched).toEqual(expect.arrayContaining(used));
  });

  test('the recorder of AWS Config is made only if told so', () => {
    minimalTemplate.resourceCountIs('AWS::Config::ConfigurationRecorder', 0);
    templateOf(minimalExample({ overrides: () => ({ configRecorder: ConfigRecorder.create() }) })).resourceCountIs('AWS::Config::ConfigurationRecorder', 1);
  });
});

describe('tokens are not inspected', () => {
  test('an address, a namespace, a URL and a branch may come from parameters', () => {
    expect(() => templateOf(tokenExample())).not.toThrow();
  });
});

/** Props whose values only the deployment knows. */
function tokenExample(): Example {
  return minimalExample({
    env: { account: ACCOUNT, region: REGION },
    overrides: (stack) => {
      const token = (id: string): string => new CfnParameter(stack, id).valueAsString;
      return {
        source: PipelineSource.connection('example/shop', { connectionArn: token('Connection'), branch: token('Branch') }),
        staging: EksTarget.fromClusterName(token('StagingName'), {
          namespace: token('Namespace'),
          deployment: KubernetesDeployment.manifests(token('Path'), { imageName: token('Image') }),
          account: token('Account'),
          region: token('Region'),
          url: token('StagingUrl'),
        }),
        production: EksTarget.fromClusterName(token('ProductionName'), {
          namespace: token('ProductionNamespace'), deployment: KubernetesDeployment.manifests('k8s'), url: token('ProductionUrl'),
        }),
        dynamicScanner: DynamicScanner.zap({ target: token('Target') }),
        approvalRecipients: [token('Approver')],
        notificationRecipients: [token('Recipient')],
        productName: token('Product'),
      };
    },
  });
}

test('what is waived reaches the gates', () => {
  const without = minimalExample();
  const waived = minimalExample({ overrides: () => ({ waivers: Waivers.fromFile(WAIVERS_FILE) }) });

  expect(idsOfGateDefinitions(templateOf(waived))).not.toEqual(idsOfGateDefinitions(templateOf(without)));
});

test('an approver rule adds nothing but the check', () => {
  const checked = templateOf(minimalExample({ overrides: () => ({ approverRule: ApproverRule.NOT_THE_AUTHOR }) }));

  expect(order(checked).filter((each) => !order(minimalTemplate).includes(each))).toEqual(['Approval: ApproverCheck@3']);
});

test('a queue can be chosen for the runs', () => {
  const { template } = withProps(() => ({ executionMode: codepipeline.ExecutionMode.QUEUED, approvalTimeout: Duration.hours(1) }));

  expect(pipelineIn(template).ExecutionMode).toBe('QUEUED');
});
