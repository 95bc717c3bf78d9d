import { Template } from 'aws-cdk-lib/assertions';
import { describePipeline } from '../../src/rehearsal/describe-pipeline';
import { minimalExample } from '../support/example-pipeline';

const description = describePipeline(Template.fromStack(minimalExample().stack).toJSON() as Parameters<typeof describePipeline>[0]);
const [outline, rights] = description.split('What each job may do');

/** What the description says of one job. */
function rightsOf(job: string): string {
  return rights.split('\n\n').find((block) => block.trimStart().startsWith(`${job} as `)) ?? '';
}

test('tells the stages in their order', () => {
  expect(outline.split('\n').filter((line) => /^[A-Z]\w+$/.test(line)))
    .toEqual(['Source', 'Checkout', 'Build', 'Scan', 'Release', 'Staging', 'Approval', 'Production']);
});

test('tells each gate and its scanner, and the one privileged job', () => {
  expect(outline).toMatch(/ImageScan .* gate 'image' by grype/);
  expect(outline).toMatch(/RegistryScan .* gate 'registry'/);
  expect(outline.match(/\(privileged\)/g)).toHaveLength(1);
});

test('tells under which role a job runs, and what it may do', () => {
  expect(rightsOf('Build/Image')).toMatch(/^\s*Build\/Image as \w*BuildJobRole/);
  expect(rightsOf('Build/Image')).toMatch(/s3:PutObject\n\s+on <\w+>\/\*\/Image\/\*/);
  expect(rightsOf('Release/Push')).toMatch(/ecr:PutImage/);
});

test('tells references of templates as people read them', () => {
  expect(rights).not.toMatch(/Fn::|"Ref"/);
});
