import { readFileSync } from 'node:fs';
import { aws_s3 as s3, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ContractViolation, parseWaivers, WaiverList } from '../contracts';
import { invalid, isKnown } from '../private/validate';

/** Waivers as the normalizer gets them: a list that synth has read, or an object that it reads itself. */
export interface WaiverSourceConfig {
  /**
   * Bucket of the waiver file that the normalizer reads at every run.
   *
   * @default - the waivers were read at synth
   */
  readonly bucket?: s3.IBucket;

  /**
   * Key of that file.
   *
   * @default - the waivers were read at synth
   */
  readonly objectKey?: string;
}

/**
 * Findings that somebody has accepted for a while.
 *
 * Each waiver names an `id` (CVE or rule), a `package` or a `path`, and says `reason`, `owner` and `expires`
 * (YYYY-MM-DD); `gate` and `ticket` are optional. Waived findings are still reported, marked as waived. A waiver never
 * comes from the scanned repository.
 */
export abstract class Waivers {
  /**
   * Waivers from a YAML or JSON file beside the CDK app. It is validated at synth.
   *
   * @param path path of the file, absolute or relative to the working directory of synth
   * @throws if the file cannot be read, is no YAML or JSON, or has an unknown key, a missing field or a bad date
   */
  public static fromFile(path: string): Waivers {
    return new FileWaivers(path);
  }

  /**
   * Waivers from an object in S3, read by the normalizer at every run. An object that is missing or not valid makes
   * every gate end with `error`.
   *
   * @param bucket the bucket; who may write this object may waive findings
   * @param objectKey key of the object
   */
  public static fromBucket(bucket: s3.IBucket, objectKey: string): Waivers {
    return new BucketWaivers(bucket, objectKey);
  }

  /** Where the normalizer reads waivers at run time, if it does. */
  public abstract readonly source: WaiverSourceConfig;

  /**
   * The waivers that synth knows.
   *
   * @internal
   */
  public abstract _known(): WaiverList['waivers'];

  /**
   * Say what a reader of the app should know of these waivers.
   *
   * @internal
   */
  public abstract _annotate(scope: IConstruct): void;
}

class FileWaivers extends Waivers {
  public readonly source: WaiverSourceConfig = {};
  private readonly list: WaiverList;

  constructor(private readonly path: string) {
    super();
    this.list = readWaiverFile(path);
  }

  public _known(): WaiverList['waivers'] {
    return this.list.waivers;
  }

  public _annotate(scope: IConstruct): void {
    const today = new Date().toISOString().slice(0, 10);
    const expired = this.list.waivers.filter((waiver) => waiver.expires < today);
    if (expired.length > 0) {
      Validations.of(scope).addWarning('cdk-devsecops-eks:Waivers.expired',
        `${expired.length} of the waivers in '${this.path}' expired and waive nothing any more: `
        + expired.slice(0, 5).map((waiver) => `${waiver.id ?? waiver.package ?? waiver.path} (${waiver.expires})`).join(', '));
    }
  }
}

class BucketWaivers extends Waivers {
  public readonly source: WaiverSourceConfig;

  constructor(bucket: s3.IBucket, objectKey: string) {
    super();
    // In the normalizer's rights a wildcard would stand for other objects.
    if (isKnown(objectKey) && (objectKey.trim() === '' || /[*?]|\$\{/.test(objectKey))) {
      throw invalid({
        prop: 'objectKey',
        rule: 'must name one object, the one with the waivers',
        value: objectKey,
        remedy: 'give its key, like \'shop/waivers.yaml\'',
      });
    }
    this.source = { bucket, objectKey };
  }

  public _known(): WaiverList['waivers'] {
    return [];
  }

  public _annotate(): void {
    // What the object holds is known at run time only.
  }
}

function readWaiverFile(path: string): WaiverList {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid({
      prop: 'waivers',
      rule: `must be a readable file (${(error as NodeJS.ErrnoException).code})`,
      value: path,
      remedy: 'give the path of a YAML or JSON file',
    });
  }
  try {
    return parseWaivers(text);
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    throw invalid({
      prop: 'waivers',
      rule: `must be a file of valid waivers, but ${error.breaches.join('; ')}`,
      value: path,
      remedy: 'write each as { id | package | path, reason, owner, expires: YYYY-MM-DD, ticket? } under \'version: 1\' and \'waivers:\'',
    });
  }
}
