import { aws_codepipeline as codepipeline } from 'aws-cdk-lib';
import { invalid, isKnown } from './validate';
import { DevSecOpsEksPipelineProps } from '../devsecops-eks-pipeline-props';

/** What no single part can check, because it is about several props. */
export function requireSafeProps(props: DevSecOpsEksPipelineProps): void {
  if (props.executionMode === codepipeline.ExecutionMode.PARALLEL) {
    throw invalid({
      prop: 'executionMode',
      rule: 'must be SUPERSEDED or QUEUED',
      value: props.executionMode,
      remedy: 'two releases at once could replace the application that is being scanned',
    });
  }
  const scanned = hostOf(props.dynamicScanner.bind().target);
  const production = hostOf(props.production.url);
  if (scanned !== undefined && scanned === production) {
    throw invalid({
      prop: 'dynamicScanner.target',
      rule: 'must not be the host of \'production.url\'',
      value: scanned,
      remedy: 'scan the application in staging: a scan may change data',
    });
  }
}

function hostOf(url: string | undefined): string | undefined {
  return isKnown(url) ? new URL(url).hostname.toLowerCase().replace(/\.$/, '') : undefined;
}
