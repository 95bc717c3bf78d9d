import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { JOBS } from './every-job';
import { FindingsImport, UnsupportedImage } from '../../src/findings/report-format';
import { RegistryScanGate, RegistryScanGateProps, RegistryScanning } from '../../src/gates/registry-scan';
import { GatePolicy } from '../../src/policy/gate-policy';
import { Severity } from '../../src/policy/severity';
import { PipelineWorkspace } from '../../src/workspace/pipeline-workspace';
import {
  actionOf, checkedOut, definitionOf, flatten, logicalId, newRun, newStack, newWorkspace, pipelineWith, propertiesOf,
  statementsAllowing, statementsOf,
} from '../jobs/support';
import { nagViolations } from '../monitoring/support';

let stack: Stack;
let workspace: PipelineWorkspace;

beforeEach(() => {
  stack = newStack();
  workspace = newWorkspace(stack);
});

function newGate(props: Partial<RegistryScanGateProps> = {}): RegistryScanGate {
  return new RegistryScanGate(stack, 'RegistryScan', {
    workspace, run: newRun(), repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'shop'), ...props,
  });
}

function environment(gate: RegistryScanGate): any {
  return propertiesOf(gate.function).Environment.Variables;
}

function definition(): any {
  return definitionOf(stack.node.root as App, workspace, 'registry');
}

test('finds out by itself which scanner of ECR looked, by default', () => {
  expect(environment(newGate()).SCANNING).toBe('DETECT');
});

test('demands the given scanner of ECR', () => {
  expect(environment(newGate({ scanning: RegistryScanning.ENHANCED })).SCANNING).toBe('ENHANCED');
});

test('waits for an hour by default', () => {
  expect(environment(newGate()).DEADLINE_SECONDS).toBe('3600');
});

test.each([[Duration.minutes(5), '300'], [Duration.seconds(330), '330'], [Duration.hours(24), '86400']])('waits for %p', (deadline, seconds) => {
  expect(environment(newGate({ deadline })).DEADLINE_SECONDS).toBe(seconds);
});

test.each([[Duration.minutes(4), '4 minutes'], [Duration.seconds(299), '4 minutes 59 seconds'], [Duration.hours(25), '1 day 1 hour']])(
  'refuses to wait for %p', (deadline, text) => {
    expect(() => newGate({ deadline })).toThrow(`'deadline' must be from 5 minutes to 24 hours, got '${text}'; a first scan takes minutes: the default is 60`);
  });

test('takes an image that ECR cannot scan for an error by default', () => {
  newGate();
  expect(definition().unsupportedImage).toBe('ERROR');
});

test('relies on the image scan for such an image if asked to', () => {
  newGate({ unsupportedImage: UnsupportedImage.RELY_ON_IMAGE_SCAN });
  expect(definition().unsupportedImage).toBe('RELY_ON_IMAGE_SCAN');
});

test('does not send again what Inspector sent to Security Hub, by default', () => {
  newGate();
  expect(definition().securityHub).toBe('unlessInspectorDid');
});

test('sends everything if asked to', () => {
  newGate({ findingsImport: FindingsImport.ALWAYS });
  expect(definition().securityHub).toBe('always');
});

test('blocks on HIGH by default', () => {
  newGate();
  expect(definition().policy).toMatchObject({ failOn: 'HIGH', unfixable: 'REPORT_UNLESS_EXPLOITED' });
});

test('blocks as the given policy says', () => {
  newGate({ policy: GatePolicy.failOn(Severity.CRITICAL) });
  expect(definition().policy.failOn).toBe('CRITICAL');
});

test('reads scans of this repository only', () => {
  expect(statementsAllowing(newGate().role, 'ecr:DescribeImageScanFindings')).toEqual([expect.objectContaining({
    actions: ['ecr:DescribeImageScanFindings', 'ecr:DescribeImages'],
    resources: ['arn:<AWS::Partition>:ecr:eu-central-1:111122223333:repository/shop'],
  })]);
});

test('puts its report under its own prefix', () => {
  expect(statementsAllowing(newGate().role, 's3:PutObject').flatMap(({ resources }) => resources)).toEqual(
    [`<${logicalId(workspace.normalizer.bucket)}.Arn>/raw/registry/*/*`]);
});

test('has a right on everything only for what AWS cannot limit', () => {
  expect(statementsOf(newGate().role).filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions).sort()).toEqual([
    'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult', 'ecr:GetRegistryScanningConfiguration', 'inspector2:ListCoverage',
  ]);
});

test.each(['ecr:PutImage', 'ecr:BatchDeleteImage', 'ecr:StartImageScan', 'securityhub:BatchImportFindings', 's3:DeleteObject', 'codepipeline:PutApprovalResult'])(
  'may not %s', (action) => {
    expect(statementsAllowing(newGate().role, action)).toEqual([]);
  });

describe('its action', () => {
  function inPipeline(): { gate: RegistryScanGate; pipelineRole: any } {
    const gate = newGate();
    const { source, checkout } = checkedOut(workspace);
    const pipeline = pipelineWith(workspace, source, checkout.action, gate.action);
    return { gate, pipelineRole: pipeline.role };
  }

  test('is a Lambda action: no build machine waits', () => {
    inPipeline();
    expect(actionOf(stack, 'RegistryScan').ActionTypeId).toMatchObject({ Category: 'Invoke', Provider: 'Lambda' });
  });

  test('tells the function of run, commit and execution', () => {
    inPipeline();
    expect(JSON.parse(flatten(actionOf(stack, 'RegistryScan').Configuration.UserParameters))).toEqual({
      RUN_ID: '#{Checkout.RUN_ID}',
      COMMIT_ID: '#{Checkout.COMMIT_ID}',
      COMMIT_SHA256: '#{Checkout.COMMIT_SHA256}',
      EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
    });
  });

  test('lets the pipeline invoke this function only, and list none', () => {
    const { gate, pipelineRole } = inPipeline();
    expect(statementsAllowing(pipelineRole, 'lambda:InvokeFunction').flatMap(({ resources }) => resources)).toEqual([`<${logicalId(gate.function)}.Arn>`]);
    expect(statementsAllowing(pipelineRole, 'lambda:ListFunctions')).toEqual([]);
  });

  test('comes after the push of its stage', () => {
    const { action } = JOBS.push(workspace, stack);
    expect(newGate().action.actionProperties.runOrder).toBeGreaterThan(action.actionProperties.runOrder!);
  });
});

test('leaves no policy rule unacknowledged', () => {
  newGate();
  expect(nagViolations(stack)).toEqual([]);
});
