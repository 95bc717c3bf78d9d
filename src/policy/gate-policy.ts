import { Severity, UnfixableFindings } from './severity';
import { GateDefinition } from '../contracts';

/** What a gate lets pass, beyond its threshold. */
export interface GatePolicyOptions {
  /**
   * What a finding does that no released version fixes yet.
   *
   * Findings of scanners that know no fixed versions (secrets, code, dynamic) always count as fixable.
   *
   * @default UnfixableFindings.REPORT_UNLESS_EXPLOITED
   */
  readonly unfixable?: UnfixableFindings;

  /**
   * The severity of a finding for which the tool gives none and that has no CVSS score either.
   *
   * @default Severity.MEDIUM
   */
  readonly defaultSeverity?: Severity;
}

/**
 * When a gate stops the pipeline.
 *
 * A policy judges the findings; it never says whether the gate has to look: a gate that could not look stops the
 * pipeline under every policy.
 */
export class GatePolicy {
  /**
   * Block on findings of this severity and above.
   *
   * @param severity the lowest severity that blocks
   * @param options what else the policy says
   */
  public static failOn(severity: Severity, options: GatePolicyOptions = {}): GatePolicy {
    return new GatePolicy(severity, options, false);
  }

  /**
   * Block on every finding, whatever its severity.
   *
   * @param options what else the policy says
   */
  public static failOnAny(options: GatePolicyOptions = {}): GatePolicy {
    return new GatePolicy(Severity.INFORMATIONAL, options, false);
  }

  /**
   * Report findings and never block on them. Every approval brief shows that the gate only audits.
   *
   * A scan that could not be done still stops the pipeline.
   */
  public static auditOnly(): GatePolicy {
    return new GatePolicy(Severity.CRITICAL, {}, true);
  }

  private constructor(
    private readonly failOnSeverity: Severity,
    private readonly options: GatePolicyOptions,
    private readonly audits: boolean,
  ) {}

  /**
   * The policy as data, for the gate's definition.
   *
   * @internal
   */
  public _render(): GateDefinition['policy'] {
    return {
      failOn: this.failOnSeverity,
      unfixable: this.options.unfixable ?? UnfixableFindings.REPORT_UNLESS_EXPLOITED,
      defaultSeverity: this.options.defaultSeverity ?? Severity.MEDIUM,
      auditOnly: this.audits,
    };
  }
}
