import { aws_codepipeline as codepipeline } from 'aws-cdk-lib';
import { invalid, isKnown, requireEmail, requireHttpUrl } from './validate';
import { ApproverRule } from '../approval/production-approval';
import { EksTarget } from '../deploy/eks-target';
import { DevSecOpsEksPipelineProps } from '../devsecops-eks-pipeline-props';
import { PipelineSourceConfig, SourceHistory } from '../source/pipeline-source';

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
  requireTwoTargets(props.staging, props.production);
  props.notificationRecipients?.forEach((recipient) => requireEmail('notificationRecipients', recipient));
  const { target, furtherUrls = [] } = props.dynamicScanner.bind();
  requireHttpUrl('dynamicScanner.target', target);
  const production = hostOf(props.production.url);
  for (const url of [target, ...furtherUrls]) {
    if (production !== undefined && hostOf(url) === production) {
      throw invalid({
        prop: 'dynamicScanner.target',
        rule: 'must not be the host of \'production.url\'',
        value: production,
        remedy: 'scan the application in staging: a scan may change data',
      });
    }
  }
}

/** Who wrote a commit is known only where there are commits. */
export function requireAuthor(source: PipelineSourceConfig, rule: ApproverRule | undefined): void {
  if (rule === ApproverRule.NOT_THE_AUTHOR && source.history === SourceHistory.NONE) {
    throw invalid({
      prop: 'approverRule',
      rule: 'must be ApproverRule.ANYONE for a source without commits, which have authors',
      value: rule,
      remedy: 'take the source from a repository',
    });
  }
}

/** Two names for one namespace would deploy to production before anybody approved. Tokens are compared as they are. */
function requireTwoTargets(staging: EksTarget, production: EksTarget): void {
  if (staging._isSameAs(production)) {
    throw invalid({
      prop: 'staging',
      rule: 'must not be the cluster and namespace of \'production\'',
      value: staging.namespace,
      remedy: 'give staging a namespace or a cluster of its own',
    });
  }
}

function hostOf(url: string | undefined): string | undefined {
  return isKnown(url) ? new URL(url).hostname.toLowerCase().replace(/\.$/, '') : undefined;
}
