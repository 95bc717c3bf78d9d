import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PipelineSource } from '../src';
import { deployed, REGIONS } from './monitoring/support';
import { ACCOUNT, EXAMPLES, minimalExample, templateOf } from './support/example-pipeline';
import { resourcesOf, written } from './support/template-facts';

const SUFFIX: { [partition: string]: string } = { 'aws': 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' };

/** Every string of a template, with the place where it stands. */
function strings(value: any, place: string = ''): { place: string; text: string }[] {
  if (typeof value === 'string') {
    return [{ place, text: value }];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, `${place}/${key}`));
}

/** A template whose partition is filled in as CloudFormation would. */
function inPartition(template: Template, partition: string): { place: string; text: string }[] {
  const fill = (value: any): any => {
    if (Array.isArray(value)) {
      return value.map(fill);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (value.Ref === 'AWS::Partition') {
      return partition;
    }
    if (value.Ref === 'AWS::URLSuffix') {
      return SUFFIX[partition];
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return strings(written(fill(template.toJSON().Resources)));
}

const cases = Object.entries(EXAMPLES).flatMap(([name, make]) =>
  Object.entries(REGIONS).map(([partition, region]) => ({ name, make, partition, region })));

describe.each(cases)('the $name pipeline in $partition', ({ make, partition, region }) => {
  const template = templateOf(make({ env: { account: ACCOUNT, region } }));
  const texts = inPartition(template, partition);

  test('has all its stages', () => {
    const [{ Properties }] = Object.values(resourcesOf(template, 'AWS::CodePipeline::Pipeline'));

    expect(Properties.Stages).toHaveLength(8);
  });

  test('names this partition in every ARN', () => {
    const foreign = texts.filter(({ text }) => [...text.matchAll(/\barn:([\w-]+):/g)].some(([, named]) => named !== partition));

    expect(foreign).toEqual([]);
  });

  test('names no address of another partition', () => {
    const urls = texts.flatMap(({ place, text }) => [...text.matchAll(/(?:https?:\/\/|@|\.)([\w.<>:-]*\.(?:amazonaws\.com|aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)(?:\.cn)?)/g)]
      .map(([, host]) => ({ place, host })))
      // Principals and policy conditions name services, most of which have one name in all partitions.
      .filter(({ place }) => !/Principal|AuthorizedService/.test(place));
    const foreign = urls.filter(({ host }) => partition === 'aws-cn' ? !host.endsWith('.cn') : host.endsWith('.cn') || (/\bconsole\b/.test(host) && host.includes('us-gov') !== (partition === 'aws-us-gov')));

    expect(foreign).toEqual([]);
  });

  test('names CloudWatch Logs, whose principal is regional, with the suffix of the partition', () => {
    const principals = texts.filter(({ place, text }) => /Principal/.test(place) && /^logs\./.test(text)).map(({ text }) => text);

    expect(new Set(principals)).toEqual(new Set([`logs.${region}.${SUFFIX[partition]}`]));
  });
});

test('without a Region nothing is tied to a partition', () => {
  const template = templateOf(minimalExample());

  expect(strings(written(template.toJSON().Resources)).filter(({ text }) => /\barn:aws[\w-]*:/.test(text))).toEqual([]);
});

test('a message to people has no link where the console\'s address is not known', () => {
  const texts = strings(deployed(templateOf(minimalExample()).toJSON().Resources)).map(({ text }) => text);

  expect(texts.filter((text) => /console\.(aws|amazonaws)/.test(text))).toEqual([]);
});

test('CodeConnections are taken where they exist', () => {
  for (const [partition, region] of [['aws', 'eu-central-1'], ['aws-us-gov', 'us-gov-west-1']]) {
    const connectionArn = `arn:${partition}:codeconnections:${region}:${ACCOUNT}:connection/1234`;

    expect(() => PipelineSource.connection('example/shop', { connectionArn }).bind(new Stack(new App(), 'Shop', { env: { account: ACCOUNT, region } })))
      .not.toThrow();
  }
});
