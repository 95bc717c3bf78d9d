import { invalid, requireGateId } from '../private/validate';

/**
 * The gates that a push or deployment demands. Each must have a passing verdict for the run and the digest at hand; a
 * gate without a verdict is as bad as one that failed.
 */
export class RequiredGates {
  /**
   * Demand the given gates.
   *
   * @param gateIds ids of the gates, at least one
   * @throws without any gate
   */
  public static of(...gateIds: string[]): RequiredGates {
    if (gateIds.length === 0) {
      throw invalid({ prop: 'requiredGates', rule: 'must name at least one gate', value: gateIds, remedy: 'name the gates of the pipeline, like \'image\'' });
    }
    gateIds.forEach((gateId) => requireGateId('requiredGates', gateId));
    return new RequiredGates(gateIds, undefined);
  }

  private constructor(private readonly gateIds: string[], private readonly base: RequiredGates | undefined) {}

  /**
   * Demand one gate more.
   *
   * @param gateId id of the gate
   */
  public add(gateId: string): void {
    requireGateId('requiredGates', gateId);
    this.gateIds.push(gateId);
  }

  /**
   * A list that demands all of these gates, also those that are added to it later, and further ones.
   *
   * @param gateIds ids of the further gates
   */
  public plus(...gateIds: string[]): RequiredGates {
    gateIds.forEach((gateId) => requireGateId('requiredGates', gateId));
    return new RequiredGates(gateIds, this);
  }

  /** Ids of the gates as of now. */
  public get ids(): string[] {
    return [...new Set([...(this.base?.ids ?? []), ...this.gateIds])];
  }

  /** @internal */
  public _render(): string {
    return this.ids.join(' ');
  }
}
