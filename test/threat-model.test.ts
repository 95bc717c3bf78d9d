import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Example, EXAMPLES, maximalExample, minimalExample, templateOf } from './support/example-pipeline';
import { Rights, RightsReader } from './support/job-rights';
import { actionsIn, idOf, list, resourcesOf, statementsOf, written } from './support/template-facts';

/** A row of a table in docs/threat-model.md: what stands in `code type`. */
interface Row {
  readonly job: string;
  readonly trusted: boolean;
  readonly privileged: boolean;
  readonly reads: string[];
  readonly writes: string[];
  readonly calls: string[];
}

const document = readFileSync(join(__dirname, '../docs/threat-model.md'), 'utf8');
const rows = document.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6 && cells[0] !== 'job').map(([job, code, reads, writes, calls]): Row => ({
    job,
    trusted: !code.startsWith('UNTRUSTED'),
    privileged: code.includes('`privileged`'),
    reads: codeIn(reads),
    writes: codeIn(writes),
    calls: codeIn(calls),
  }));

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
}

const MIRROR = 'arn:<AWS::Partition>:s3:::shop-tools/mirror/tools/';

/** Logical ids by the names of the rows: those of the actions, and the normalizer. */
function runners(example: Example): { [name: string]: string } {
  const template = templateOf(example);
  const actions = actionsIn(template).filter(({ runs }) => runs !== undefined);
  return {
    ...Object.fromEntries(actions.map(({ stage, name, runs }) => [nameInDocument(stage, name), runs!])),
    normalizer: idOf(example.delivery.workspace.normalizer.function),
  };
}

/** The build's action is called after what it makes; two stages deploy. */
function nameInDocument(stage: string, action: string): string {
  if (action === 'Deploy') {
    return `Deploy ${stage.toLowerCase()}`;
  }
  return stage === 'Build' ? 'Build' : action;
}

const maximal = maximalExample();
const template = templateOf(maximal);
const reader = new RightsReader(template, maximal.delivery, MIRROR);
const maximalRunners = runners(maximal);
const common = (logicalId: string) => rows.find(({ job }) => job === (isProject(logicalId) ? 'every job' : 'every function'))!;

function isProject(logicalId: string): boolean {
  return resourcesOf(template)[logicalId]?.Type === 'AWS::CodeBuild::Project';
}

function rowOf(name: string): Row {
  return rows.find(({ job }) => job === name)!;
}

function sorted(tokens: Iterable<string>): string[] {
  return [...new Set(tokens)].sort();
}

test('every project and function of the template has a row, and every row its project or function', () => {
  const inTemplate = [...Object.keys(resourcesOf(template, 'AWS::CodeBuild::Project')), ...Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))];

  expect(sorted(rows.map(({ job }) => job))).toEqual(sorted([...Object.keys(maximalRunners), 'every job', 'every function']));
  expect(sorted(Object.values(maximalRunners))).toEqual(sorted(inTemplate));
});

describe.each(Object.entries(maximalRunners))('%s', (name, logicalId) => {
  const row = rowOf(name);
  const rights: Rights = reader.of(logicalId);

  test('reads what its row says, and nothing else', () => {
    expect(sorted(rights.reads)).toEqual(sorted([...row.reads, ...common(logicalId).reads]));
  });

  test('writes what its row says, and nothing else', () => {
    expect(sorted(rights.writes)).toEqual(sorted([...row.writes, ...common(logicalId).writes]));
  });

  test('may call what its row says, and nothing else', () => {
    expect(sorted(rights.calls)).toEqual(sorted([...row.calls, ...common(logicalId).calls]));
  });

  test('is privileged only if its row says so', () => {
    expect(rights.privileged).toBe(row.privileged);
  });
});

describe('with less on, no job can do more', () => {
  const minimal = minimalExample();
  const minimalReader = new RightsReader(templateOf(minimal), minimal.delivery, MIRROR);
  const minimalRunners = runners(minimal);

  test.each(Object.entries(minimalRunners))('%s', (name, logicalId) => {
    const rights = minimalReader.of(logicalId);
    const row = rowOf(name);
    const base = rows.find(({ job }) => job === (logicalId.includes('Project') ? 'every job' : 'every function'))!;
    // In this example staging is a plain target, where the other one gives the deploy job more.
    const allowed = [...row.calls, 'cluster staging: edit in namespace shop'];

    expect(sorted(rights.reads).filter((token) => ![...row.reads, ...base.reads, 'assets of the CDK app'].includes(token))).toEqual([]);
    expect(sorted(rights.writes).filter((token) => ![...row.writes, ...base.writes].includes(token))).toEqual([]);
    expect(sorted(rights.calls).filter((token) => !allowed.includes(token))).toEqual([]);
    expect(rights.privileged).toBe(row.privileged);
  });
});

describe('Build, where the repository\'s code runs', () => {
  const build = reader.of(maximalRunners.Build);
  const others = Object.entries(maximalRunners).filter(([name]) => name !== 'Build').map(([, logicalId]) => reader.of(logicalId));

  test('is the only untrusted job', () => {
    expect(rows.filter(({ trusted }) => !trusted).map(({ job }) => job)).toEqual(['Build']);
  });

  test('writes one artifact: the image', () => {
    expect([...build.writes].filter((token) => token.startsWith('artifact '))).toEqual(['artifact Image']);
  });

  test('reads and writes nothing in the findings bucket', () => {
    expect([...build.reads, ...build.writes].filter((token) => token.includes('findings'))).toEqual([]);
  });

  test('has a cache that no other job reads or writes', () => {
    expect([...build.writes]).toContain('layer cache');
    expect(others.filter(({ reads, writes }) => reads.has('layer cache') || writes.has('layer cache'))).toEqual([]);
  });

  test('asks for no verdict, reads no secret, and reaches neither cluster nor release repository', () => {
    const all = [...build.reads, ...build.writes, ...build.calls];

    expect(all.filter((token) => /normalizer|secret|cluster|release repository|Security Hub/.test(token))).toEqual([]);
  });

  test('shares no CodeBuild cache with another job', () => {
    const caches = Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).map(({ Properties }) => Properties.Cache?.Type ?? 'NO_CACHE');

    expect(new Set(caches)).toEqual(new Set(['NO_CACHE']));
  });
});

describe('each right that matters is held by few', () => {
  const holders = (kind: 'reads' | 'writes' | 'calls', pattern: RegExp) => Object.entries(maximalRunners)
    .filter(([, logicalId]) => [...reader.of(logicalId)[kind]].some((token) => pattern.test(token))).map(([name]) => name);

  test.each<[string, 'reads' | 'writes' | 'calls', RegExp, string[]]>([
    ['a verdict is written by the normalizer', 'writes', /findings verdicts/, ['normalizer']],
    ['Security Hub is written by the normalizer', 'writes', /Security Hub/, ['normalizer']],
    ['an image is pushed by Push', 'writes', /release repository/, ['Push']],
    ['the commit is emitted by the checkout', 'writes', /artifact Commit/, ['SecretsScan']],
    ['production is changed by its deployment', 'calls', /cluster production: \w+ in/, ['Deploy production']],
    ['the source is read by the checkout', 'reads', /source repository|artifact Source/, ['SecretsScan']],
  ])('%s alone', (_, kind, pattern, names) => {
    expect(holders(kind, pattern)).toEqual(names);
  });

  test('each gate speaks for itself alone', () => {
    for (const [name, logicalId] of Object.entries(maximalRunners)) {
      const { writes, calls } = reader.of(logicalId);
      const reports = [...writes].flatMap((token) => /^findings raw\/([\w-]+)\//.exec(token)?.[1] ?? []);
      const aliases = [...calls].flatMap((token) => /^normalizer as ([\w-]+)$/.exec(token)?.[1] ?? []);

      expect({ name, aliases }).toEqual({ name, aliases: reports });
      expect(reports.length).toBeLessThanOrEqual(1);
    }
  });
});

describe.each(Object.entries(EXAMPLES))('the findings bucket of the %s pipeline', (_, make) => {
  const example = make();
  const made = templateOf(example);
  const { bucket, role } = example.delivery.workspace.normalizer;
  const [policy] = Object.values(resourcesOf(made, 'AWS::S3::BucketPolicy')).filter(({ Properties }) => Properties.Bucket.Ref === idOf(bucket));
  const denials = list<any>(policy.Properties.PolicyDocument.Statement).filter(({ Effect }) => Effect === 'Deny').map(written);
  const denial = (sid: string) => denials.find(({ Sid }) => Sid === sid);

  test('refuses everybody but normalizer and Brief to write or delete results', () => {
    const brief = written(resourcesOf(made)[idOf(example.delivery.approval.briefFunction)].Properties.Role);
    const { Principal, Action, Resource, Condition } = denial('OnlyTheProjectsLambdasWriteResults');

    expect(Principal).toEqual({ AWS: '*' });
    expect(Action).toEqual(['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']);
    expect(Resource).toEqual(['verdicts', 'findings', 'state', 'evidence', 'reports'].map((prefix) => `<${idOf(bucket)}.Arn>/${prefix}/*`));
    expect(sorted(Condition.ArnNotEquals['aws:PrincipalArn'])).toEqual(sorted([`<${idOf(role)}.Arn>`, brief]));
  });

  test('takes a verdict once, and state conditionally', () => {
    expect(denial('AVerdictIsWrittenOnce')).toMatchObject({ Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } });
    expect(denial('StateIsWrittenConditionally')).toMatchObject({ Condition: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } } });
  });
});

describe('the pipeline\'s role', () => {
  const statements = statementsOf(template, idOf(maximal.delivery.pipeline.role));

  test('starts the projects and functions of this pipeline alone', () => {
    const started = statements.filter(({ actions }) => actions.some((action) => /StartBuild|InvokeFunction/.test(action))).flatMap(({ resources }) => resources);

    expect(sorted(started)).toEqual(sorted(Object.entries(maximalRunners).filter(([name]) => name !== 'normalizer').map(([, logicalId]) => `<${logicalId}.Arn>`)));
  });

  test('reaches neither findings, nor images, nor clusters, nor secrets', () => {
    const text = JSON.stringify(statements);

    expect(text).not.toContain(idOf(maximal.delivery.workspace.normalizer.bucket));
    expect(statements.flatMap(({ actions }) => actions).filter((action) => /^(ecr|eks|secretsmanager|securityhub|sts|iam):/.test(action))).toEqual([]);
  });
});
