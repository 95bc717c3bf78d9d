import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { deployed, importedPipeline, importedProjects, nagViolations, stackIn } from './support';
import { PipelineDashboard } from '../../src/monitoring/pipeline-dashboard';

function dashboardText(options: { projects?: string[]; functions?: string[]; region?: string }): string {
  const stack = stackIn('region' in options ? options.region : 'eu-central-1');
  new PipelineDashboard(stack, 'Dashboard', {
    pipeline: importedPipeline(stack),
    projects: options.projects && importedProjects(stack, ...options.projects),
    functions: options.functions?.map((name) => lambda.Function.fromFunctionName(stack, name, name)),
  });
  expect(nagViolations(stack)).toEqual([]);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  return deployed(Properties.DashboardBody);
}

test('it shows how long builds of each project took and how many failed', () => {
  const text = dashboardText({ projects: ['image'] });

  expect(text).toContain('"AWS/CodeBuild","Duration","ProjectName","image"');
  expect(text).toContain('"AWS/CodeBuild","FailedBuilds","ProjectName","image"');
});

test('it shows errors and durations of functions', () => {
  const text = dashboardText({ functions: ['normalizer'] });

  expect(text).toContain('"AWS/Lambda","Errors","FunctionName","normalizer"');
  expect(text).toContain('"AWS/Lambda","Duration","FunctionName","normalizer"');
});

test('without projects and functions it shows the pipeline and its link only', () => {
  const text = dashboardText({});

  expect(text).toContain('[Open the pipeline](https://console.aws.amazon.com/codesuite/codepipeline/pipelines/shop/view?region=eu-central-1)');
  expect(text).not.toContain('AWS/');
});

test('it shows no link where the console is not known', () => {
  expect(dashboardText({ region: undefined })).not.toContain('https://');
});
