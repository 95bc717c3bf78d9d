import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from './validate';

/** The partition of a stack whose Region is known at synth. */
export function knownPartition(scope: IConstruct): 'aws' | 'aws-cn' | 'aws-us-gov' | undefined {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) {
    return undefined;
  }
  if (region.startsWith('cn-')) {
    return 'aws-cn';
  }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** AWS CodeConnections does not exist in China (AWS Regional Services list). */
export function requireCodeConnections(scope: IConstruct, prop: string): void {
  if (knownPartition(scope) === 'aws-cn') {
    throw invalid({
      prop,
      rule: 'must not use CodeConnections in the partition aws-cn, which lacks it',
      value: Stack.of(scope).region,
      remedy: 'use PipelineSource.codeCommit() or PipelineSource.s3()',
    });
  }
}
