import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { ApproverRule } from '../src';
import { nagViolations } from './monitoring/support';
import { type Example, EXAMPLES, maximalExample, minimalExample } from './support/example-pipeline';

const packs = () => [new AwsSolutionsChecks(), new NIST80053R5Checks(), new HIPAASecurityChecks(), new PCIDSS321Checks(), new ServerlessChecks()];

interface Acknowledgement {
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

/** What is acknowledged in a tree: core writes it as metadata. */
function acknowledgements(root: IConstruct): Acknowledgement[] {
  return root.node.findAll().flatMap((construct) => construct.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<any>(data).map(([id, reason]) => ({ path: construct.node.path, id, reason: String(reason) }))));
}

describe.each(Object.entries(EXAMPLES))('the %s pipeline', (_, make) => {
  const { stack, delivery } = make();

  test('breaks no rule of AwsSolutions, NIST 800-53 R5, HIPAA, PCI DSS and Serverless that is not acknowledged', () => {
    expect(nagViolations(stack)).toEqual([]);
  });

  test('says why for each rule that it acknowledges', () => {
    const all = acknowledgements(stack);

    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
  });

  test('acknowledges beside its resources, and nothing for the whole stack, app or pipeline', () => {
    const wide = acknowledgements(stack).filter(({ path }) => !path.startsWith(`${delivery.node.path}/`));

    expect(wide).toEqual([]);
  });
});

test('with agnostic stacks and all that depends on them, too', () => {
  expect(nagViolations(minimalExample({ overrides: () => ({ approverRule: ApproverRule.NOT_THE_AUTHOR }) }).stack)).toEqual([]);
});

describe('as plugins of synth', () => {
  // Report, and neither print nor end the process.
  const context = { '@aws-cdk/core:failSynthOnValidationErrors': false };
  beforeEach(() => void jest.spyOn(console, 'error').mockImplementation());
  afterEach(() => jest.restoreAllMocks());

  /** The packs that ran at a synth as plugins, and the verdict of each. They judge one stack: the clusters are the user's. */
  function verdicts({ app, stack }: Example): { [pack: string]: string } {
    const ran: { [pack: string]: string } = {};
    // CDK 2.257.0, the floor, gives plugins no construct tree; newer ones do.
    Validations.of(app).addPlugins(...packs().map((pack) => ({
      name: pack.name,
      validate: () => {
        ran[pack.name] = 'success';
        return pack.validateScope(stack);
      },
    })));
    const { directory } = app.synth();
    // The report tells of those that found something.
    const file = readdirSync(directory).find((name) => name.endsWith('validation-report.json'))!;
    const { pluginReports } = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    pluginReports.forEach(({ pluginName, conclusion, summary }: any) => ran[pluginName ?? summary.pluginName] = conclusion ?? summary.status);
    return ran;
  }

  test.each(Object.entries(EXAMPLES))('the packs pass the %s pipeline', (_, make) => {
    expect(verdicts(make({ context }))).toEqual({
      'AwsSolutions': 'success', 'NIST.800.53.R5': 'success', 'HIPAA.Security': 'success', 'PCI.DSS.321': 'success', 'Serverless': 'success',
    });
  });

  test('the packs do not pass what the user adds', () => {
    const example = minimalExample({ context });
    new s3.Bucket(example.delivery, 'Own');

    expect(verdicts(example)).toMatchObject({ AwsSolutions: 'failure' });
  });
});

test('a construct of the user\'s own is not acknowledged for', () => {
  const { stack, delivery } = minimalExample();
  const own = new Stack(stack.node.root as App, 'Own');
  new s3.Bucket(own, 'Bucket');
  new s3.Bucket(stack, 'Bucket');
  new s3.Bucket(delivery, 'Bucket');

  const broken = nagViolations(stack.node.root).filter((violation) => violation.startsWith('AwsSolutions-S1:'));
  expect(broken.join()).toContain('Own/Bucket/Resource');
  expect(broken.join()).toContain('Shop/Bucket/Resource');
  expect(broken.join()).toContain('Shop/Delivery/Bucket/Resource');
});

test('a right that the user adds to a role of the pipeline is not acknowledged for', () => {
  const { stack, delivery } = maximalExample();
  delivery.imageBuild.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }));

  expect(nagViolations(stack).some((violation) => violation.includes('AwsSolutions-IAM5[Action::dynamodb:*]'))).toBe(true);
});
