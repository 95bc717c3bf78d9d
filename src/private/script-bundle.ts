import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aws_iam as iam, aws_s3_assets as assets } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const ARCHIVE = join(__dirname, '../../assets/scripts.tar');

/**
 * The library's own scripts, one archive for all jobs. Its SHA-256 stands in every buildspec: a job runs nothing that is
 * not byte for byte what was synthesized.
 */
export class ScriptBundle extends Construct {
  private readonly asset: assets.Asset;
  private readonly sha256: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.asset = new assets.Asset(this, 'Archive', { path: ARCHIVE });
    this.sha256 = createHash('sha256').update(readFileSync(ARCHIVE)).digest('hex');
  }

  /** Commands that fetch, verify and unpack the scripts into `$DEVSECOPS_HOME`. */
  public installCommands(): string[] {
    return [
      'mkdir -p "$DEVSECOPS_HOME"',
      'aws s3 cp "$DEVSECOPS_SCRIPTS" "$DEVSECOPS_HOME/scripts.tar" --only-show-errors',
      `printf '%s  %s\\n' ${this.sha256} "$DEVSECOPS_HOME/scripts.tar" | sha256sum --check --strict --status`,
      'tar -xf "$DEVSECOPS_HOME/scripts.tar" -C "$DEVSECOPS_HOME"',
    ];
  }

  public get url(): string {
    return this.asset.s3ObjectUrl;
  }

  public grantRead(role: iam.IRole): void {
    role.addToPrincipalPolicy(new iam.PolicyStatement({
      sid: 'ReadScripts',
      actions: ['s3:GetObject'],
      resources: [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)],
    }));
  }
}
