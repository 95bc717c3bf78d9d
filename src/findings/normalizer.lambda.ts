import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { errorVerdict } from './error-verdict';
import { gateOfAlias } from './invoked-gate';
import { requireOwnReport } from './own-report';
import { findingsKey, GateDefinition, parseGateDefinition, parseGateRequest } from '../contracts';
import { requireEnv } from '../private/environment';

const s3 = new S3Client({});

export async function handler(event: unknown, context: Context): Promise<void> {
  const definition = await readDefinition(gateOfAlias(context.invokedFunctionArn));
  const request = parseGateRequest(event);
  requireOwnReport(definition.gate, request);
  const key = findingsKey('verdict', { runId: request.runId, gate: definition.gate, reportSha256: request.report.sha256 });
  const bucket = requireEnv('FINDINGS_BUCKET');
  const verdict = errorVerdict(definition, request, 'not implemented', `s3://${bucket}/${request.report.key}`);
  await writeOnce(bucket, key, JSON.stringify(verdict));
  console.log(JSON.stringify({ gate: definition.gate, runId: request.runId, verdict: verdict.verdict, reason: verdict.reason }));
}

/** A verdict that is there already was written by an earlier try of the same request. */
async function writeOnce(bucket: string, key: string, body: string): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json', IfNoneMatch: '*' }));
  } catch (error) {
    if ((error as Error).name !== 'PreconditionFailed') {
      throw error;
    }
  }
}

async function readDefinition(gate: string): Promise<GateDefinition> {
  const gates = JSON.parse(requireEnv('GATES')) as { [gate: string]: [bucket: string, key: string, sha256: string] };
  if (!Object.hasOwn(gates, gate)) {
    throw new Error(`no gate '${gate}' is registered with this normalizer`);
  }
  const [bucket, key, sha256] = gates[gate];
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const text = await object.Body!.transformToString();
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new Error(`the definition of gate '${gate}' is not the one that was deployed`);
  }
  return parseGateDefinition(JSON.parse(text));
}
