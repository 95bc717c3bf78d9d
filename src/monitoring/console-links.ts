import { Token } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';

/** The consoles of the partitions whose address is known, by the form of their Region names. */
const CONSOLES: { readonly regions: RegExp; readonly domain: string }[] = [
  { regions: /^cn-/, domain: 'console.amazonaws.cn' },
  { regions: /^us-gov-/, domain: 'console.amazonaws-us-gov.com' },
  { regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/, domain: 'console.aws.amazon.com' },
];

/** The console's domain in a Region; undefined where it cannot be known, because a wrong link is worse than none. */
export function consoleDomain(region: string): string | undefined {
  if (Token.isUnresolved(region)) {
    return undefined;
  }
  return CONSOLES.find((console) => console.regions.test(region))?.domain;
}

/** The console page of a pipeline; undefined where the console's address is not known at synth. */
export function pipelineConsoleUrl(pipeline: codepipeline.IPipeline): string | undefined {
  const { region } = pipeline.env;
  const domain = consoleDomain(region);
  return domain && `https://${domain}/codesuite/codepipeline/pipelines/${pipeline.pipelineName}/view?region=${region}`;
}
