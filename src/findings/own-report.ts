import { findingsKey, GateRequest } from '../contracts';

/** A gate may have judged only what its own job put, for the run that it names. */
export function requireOwnReport(gate: string, request: GateRequest): void {
  const { key } = request.report;
  const file = key.split('/').pop()!;
  if (key !== findingsKey('rawReport', { gate, runId: request.runId, file })) {
    throw new Error(`the report of gate '${gate}' for run ${request.runId} cannot be at ${key}`);
  }
}
