import { join } from 'node:path';
import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { allow, serviceRole } from './role-statements';

export interface HandlerFunctionProps {
  /** Name of the bundle under assets/, like `normalizer`. */
  readonly bundle: string;
  readonly description: string;
  readonly environment: { [name: string]: string };
  readonly encryptionKey: kms.IKey;
  readonly timeout: Duration;
  readonly memorySize: number;
  /** What becomes of an invocation that failed. */
  readonly failuresGoTo: string;
  /** Scratch space for reports that do not fit into memory. */
  readonly ephemeralStorageSize?: Size;
}

/**
 * One of the library's own Lambda functions: a bundle that was built and tested before publishing, a role of its own that
 * states its own rights, and a log group with retention.
 */
export class HandlerFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: props.encryptionKey,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = serviceRole(this, 'Role', new iam.ServicePrincipal('lambda.amazonaws.com'), `Role of: ${props.description}`);
    allow(this.role,
      { sid: 'Logs', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      { sid: 'DecryptEnvironment', actions: ['kms:Decrypt'], resources: [props.encryptionKey.keyArn] });
    this.function = new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(join(__dirname, '../../assets/lambda', props.bundle)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.X86_64,
      description: props.description,
      environment: props.environment,
      environmentEncryption: props.encryptionKey,
      logGroup,
      memorySize: props.memorySize,
      // The role states its own rights; nothing that binds to the function may widen them.
      role: this.role.withoutPolicyUpdates(),
      timeout: props.timeout,
      ephemeralStorageSize: props.ephemeralStorageSize,
    });
    acknowledge(this.function, 'The function only calls AWS APIs over TLS and reaches nothing inside a VPC',
      'NIST.800.53.R5-LambdaInsideVPC', 'HIPAA.Security-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC');
    acknowledge(this.function, 'Reserved concurrency would take capacity from the account; idempotent writes and conditional state make parallel runs safe',
      'NIST.800.53.R5-LambdaConcurrency', 'HIPAA.Security-LambdaConcurrency');
    acknowledge(this.function, 'Node.js 22 is what the bundle was built and tested for; it is supported, and offered in every partition',
      'AwsSolutions-L1', 'Serverless-LambdaLatestVersion');
    acknowledge(this.function, 'A run is followed by its id through one structured log line per step and the verdicts in S3',
      'Serverless-LambdaTracing');
    acknowledge(this.function, props.failuresGoTo,
      'NIST.800.53.R5-LambdaDLQ', 'HIPAA.Security-LambdaDLQ', 'Serverless-LambdaDLQ');
  }
}
