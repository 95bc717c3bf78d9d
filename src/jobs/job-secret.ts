import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';

/** A secret that a job gets as an environment variable. Its value is in no template, no log and no plain variable. */
export interface JobSecret {
  /** The secret, in AWS Secrets Manager. */
  readonly secret: secretsmanager.ISecret;

  /**
   * The field of a JSON secret.
   *
   * @default - the whole secret is the value
   */
  readonly field?: string;
}
