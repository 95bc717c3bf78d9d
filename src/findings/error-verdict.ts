import { createHash } from 'node:crypto';
import { GateDefinition, GateRequest, Verdict } from '../contracts';

/** A verdict that stops the pipeline because nobody looked. */
export function errorVerdict(definition: GateDefinition, request: GateRequest, reason: string, reportUrl: string): Verdict {
  return {
    version: 1,
    runId: request.runId,
    gate: definition.gate,
    verdict: 'error',
    reason,
    counts: { critical: 0, high: 0, medium: 0, low: 0, informational: 0 },
    blocking: [],
    blockingTotal: 0,
    waived: 0,
    imported: 0,
    updated: 0,
    archived: 0,
    report: { key: request.report.key, sha256: request.report.sha256 },
    ...(request.image && { image: request.image }),
    policySha256: sha256(definition.policy),
    waiversSha256: sha256(definition.waivers),
    auditOnly: definition.policy.auditOnly,
    reportUrl,
  };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
