import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledge policy rules (cdk-nag's ids) on one construct, with the reason that a reviewer reads.
 *
 * Acknowledgements are core API of aws-cdk-lib: the library does not depend on cdk-nag.
 */
export function acknowledge(construct: IConstruct, reason: string, ...ids: string[]): void {
  for (const id of ids) {
    if (id.split('::').length <= 2) {
      Validations.of(construct).acknowledge({ id, reason });
    } else {
      // Core takes `::` for its own delimiter and refuses ids with several, such as those with `<AWS::Partition>`; the
      // metadata that it writes, and plugins read, has no such limit.
      construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`annotation::${id}`]: reason });
    }
  }
}
