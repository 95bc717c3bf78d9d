import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws_s3_assets as assets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateDefinition } from '../contracts';

/** A gate's definition as a file asset, and the hash by which the normalizer checks what it read. */
export class GateAsset extends Construct {
  public readonly asset: assets.Asset;
  public readonly sha256: string;

  constructor(scope: Construct, id: string, definition: GateDefinition) {
    super(scope, id);
    const text = JSON.stringify(definition);
    this.sha256 = createHash('sha256').update(text).digest('hex');
    const directory = mkdtempSync(join(tmpdir(), 'gate-'));
    try {
      const file = join(directory, `${definition.gate}.json`);
      writeFileSync(file, text);
      this.asset = new assets.Asset(this, 'Asset', { path: file });
    } finally {
      // The asset was copied into the cloud assembly above, unless the app keeps assets where they are.
      if (this.node.tryGetContext('aws:cdk:disable-asset-staging') === undefined) {
        rmSync(directory, { recursive: true });
      }
    }
  }
}
