import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledge policy rules (cdk-nag's ids) on one construct, with the reason that a reviewer reads.
 *
 * The acknowledgement is core API of aws-cdk-lib: the library does not depend on cdk-nag.
 */
export function acknowledge(construct: IConstruct, reason: string, ...ids: string[]): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}
