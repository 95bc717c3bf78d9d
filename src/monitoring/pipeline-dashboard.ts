import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { pipelineConsoleUrl } from './console-links';

const PERIOD = Duration.hours(1);
const HALF_WIDTH = 12;

/** What `PipelineDashboard` shows. */
export interface PipelineDashboardProps {
  /** The pipeline that the dashboard is about. */
  readonly pipeline: codepipeline.IPipeline;

  /**
   * The pipeline's CodeBuild projects: how long their builds took and how many failed.
   *
   * @default - no build graphs
   */
  readonly projects?: codebuild.IProject[];

  /**
   * The pipeline's Lambda functions, for example the findings normalizer: their errors and durations.
   *
   * @default - no function graphs
   */
  readonly functions?: lambda.IFunction[];
}

/**
 * A CloudWatch dashboard of one pipeline: durations and failures of its builds and functions.
 */
export class PipelineDashboard extends Construct {
  /** The dashboard. */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id);
    const { pipeline, projects = [], functions = [] } = props;
    const url = pipelineConsoleUrl(pipeline);
    const title = `# ${pipeline.pipelineName}`;

    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      defaultInterval: Duration.days(7),
      widgets: [[new cloudwatch.TextWidget({ markdown: url ? `${title}\n[Open the pipeline](${url})` : title, width: 24, height: 2 })]],
    });
    if (projects.length > 0) {
      this.dashboard.addWidgets(
        graph('How long builds took', projects.map((project) =>
          project.metricDuration({ period: PERIOD, label: project.projectName }))),
        graph('Failed builds', projects.map((project) =>
          project.metricFailedBuilds({ period: PERIOD, label: project.projectName }))),
      );
    }
    if (functions.length > 0) {
      this.dashboard.addWidgets(
        graph('How long functions took', functions.map((fn) =>
          fn.metricDuration({ period: PERIOD, statistic: 'Maximum', label: fn.functionName }))),
        graph('Errors of functions', functions.map((fn) =>
          fn.metricErrors({ period: PERIOD, label: fn.functionName }))),
      );
    }
  }
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: HALF_WIDTH, leftYAxis: { min: 0 } });
}
