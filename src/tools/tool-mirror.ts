import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { invalid } from '../private/validate';

/**
 * A place of your own from which the jobs fetch every tool, instead of the internet.
 *
 * An object's key is `<prefix>/<SHA-256 of the file>/<name of the file>`. What is fetched is compared with its pinned
 * checksum all the same: a mirror is not trusted more than the publisher.
 */
export class ToolMirror {
  /**
   * A mirror in an S3 bucket.
   *
   * @param bucket the bucket that holds the tools
   * @param prefix where in the bucket they are, without a slash at either end; `tools` by default
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string = 'tools'): ToolMirror {
    // A wildcard here would widen what grantRead() allows.
    if (!/^[A-Za-z0-9_.=-]+(\/[A-Za-z0-9_.=-]+)*$/.test(prefix) || prefix.split('/').some((part) => /^\.+$/.test(part))) {
      throw invalid({
        prop: 'prefix',
        rule: 'must be a key prefix of letters, digits and any of _ . = - without a slash at either end',
        value: prefix,
        remedy: 'write it like \'tools\' or \'mirror/tools\'',
      });
    }
    return new ToolMirror(bucket, prefix);
  }

  /** The bucket that holds the tools. */
  public readonly bucket: s3.IBucket;

  /** Where the tools are, as an S3 URL without a slash at its end, e.g. `s3://my-bucket/tools`. */
  public readonly location: string;

  /** @internal */
  public readonly _prefix: string;

  private constructor(bucket: s3.IBucket, prefix: string) {
    this.bucket = bucket;
    this._prefix = prefix;
    this.location = `s3://${bucket.bucketName}/${prefix}`;
  }

  /**
   * Let a role fetch the tools: read objects under the prefix, and use the bucket's key to decrypt them. It cannot list.
   *
   * @param grantee who fetches tools
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const objects = iam.Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: [this.bucket.arnForObjects(`${this._prefix}/*`)],
      resource: this.bucket,
    });
    const key = this.bucket.encryptionKey?.grantDecrypt(grantee);
    return key ? objects.combine(key) : objects;
  }

  /** @internal */
  public _urlOf(file: string, sha256: string): string {
    return `${this.location}/${sha256}/${file}`;
  }
}
