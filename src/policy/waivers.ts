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
export class Waivers {
  /**
   * Waivers from a YAML or JSON file beside the CDK app. It is validated at synth.
   *
   * @param path path of the file, absolute or relative to the working directory of synth
   * @throws if the file cannot be read, is no YAML or JSON, or has an unknown key, a missing field or a bad date
   */
  public static fromFile(path: string): Waivers {
    return new Waivers({}, readWaiverFile(path).waivers);
  }

  /**
   * Waivers from an object in S3, read by the normalizer at every run. An object that is missing or not valid makes
   * every gate end with `error`.
   *
   * @param bucket the bucket; who may write this object may waive findings
   * @param objectKey key of the object
   * @throws if the key is empty or holds a wildcard
   */
  public static fromBucket(bucket: s3.IBucket, objectKey: string): Waivers {
    // In the normalizer's rights a wildcard would stand for other objects.
    if (isKnown(objectKey) && (objectKey.trim() === '' || /[*?]|\$\{/.test(objectKey))) {
      throw invalid({
        prop: 'objectKey',
        rule: 'must name one object, the one with the waivers',
        value: objectKey,
        remedy: 'give its key, like \'shop/waivers.yaml\'',
      });
    }
    return new Waivers({ bucket, objectKey }, []);
  }

  /** Where the normalizer reads waivers at run time, if it does. */
  public readonly source: WaiverSourceConfig;

  /**
   * The waivers that synth knows.
   *
   * @internal
   */
  public readonly _known: WaiverList['waivers'];

  private constructor(source: WaiverSourceConfig, known: WaiverList['waivers']) {
    this.source = source;
    this._known = known;
  }

  /**
   * Say what a reader of the app should know of these waivers.
   *
   * @internal
   */
  public _annotate(scope: IConstruct): void {
    const today = new Date().toISOString().slice(0, 10);
    const expired = this._known.filter((waiver) => waiver.expires < today);
    if (expired.length > 0) {
      Validations.of(scope).addWarning('cdk-devsecops-eks:Waivers.expired',
        `${expired.length} of the waivers expired and waive nothing any more: `
        + expired.slice(0, 5).map((waiver) => `${waiver.id ?? waiver.package ?? waiver.path} (${waiver.expires})`).join(', '));
    }
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
