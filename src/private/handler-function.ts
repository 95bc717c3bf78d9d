import { join } from 'node:path';
import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

export interface HandlerFunctionProps {
  /** Name of the bundle under assets/, like `normalizer`. */
  readonly bundle: string;
  readonly description: string;
  readonly environment: { [name: string]: string };
  readonly encryptionKey: kms.IKey;
  readonly timeout: Duration;
  readonly memorySize: number;
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
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of: ${props.description}`,
    });
    this.role.addToPolicy(new iam.PolicyStatement({
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }));
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
    this.role.addToPolicy(new iam.PolicyStatement({
      sid: 'DecryptEnvironment',
      actions: ['kms:Decrypt'],
      resources: [props.encryptionKey.keyArn],
    }));
    acknowledge(this.function, 'The function only calls AWS APIs over TLS and reaches nothing inside a VPC',
      'NIST.800.53.R5-LambdaInsideVPC', 'HIPAA.Security-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC');
    acknowledge(this.function, 'Reserved concurrency would take capacity from the account; idempotent writes and conditional state make parallel runs safe',
      'NIST.800.53.R5-LambdaConcurrency', 'HIPAA.Security-LambdaConcurrency');
  }
}
