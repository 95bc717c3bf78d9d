import {
  aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_iam as iam, aws_kms as kms, aws_lambda as lambda,
  aws_lambda_destinations as destinations, aws_s3 as s3, aws_sns as sns, aws_sqs as sqs, Duration, Lazy, Size, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FindingsBucket } from './findings-bucket';
import { GateAsset } from './gate-asset';
import { INormalizerGate, NormalizerGateProps } from './normalizer-gate';
import { FindingsEnvironment, FindingsImport, ReportFormat, UnsupportedImage } from './report-format';
import { findingsKeyPattern, findingsPrefix, GateDefinition } from '../contracts';
import { GatePolicy } from '../policy/gate-policy';
import { Severity } from '../policy/severity';
import { Waivers, WaiverSourceConfig } from '../policy/waivers';
import { acknowledge } from '../private/acknowledge';
import { HandlerFunction } from '../private/handler-function';
import { acknowledgeInlinePolicies, acknowledgeWildcards, allow } from '../private/role-statements';
import { invalid, isKnown, requireGateId } from '../private/validate';

/** The environment of a Lambda function holds 4 KB (AWS Lambda quotas); a gate takes up to 225 bytes of it. */
const MAXIMUM_GATES = 12;

/** Props of `FindingsNormalizer`. */
export interface FindingsNormalizerProps {
  /** Key that encrypts bucket, queue, environment and logs. Its policy must admit CloudWatch Logs. */
  readonly encryptionKey: kms.IKey;

  /** Bucket that takes the server access logs of the findings bucket. */
  readonly accessLogsBucket: s3.IBucket;

  /**
   * Findings that somebody has accepted for a while.
   *
   * @default - nothing is waived
   */
  readonly waivers?: Waivers;

  /**
   * Let gates pass on their verdict while Security Hub is off or failing, keep the findings, and import them later.
   *
   * @default false - a gate whose findings could not be imported ends with `error`
   */
  readonly deferImport?: boolean;

  /**
   * Name of the product under which Security Hub shows the findings, 1 to 128 characters.
   *
   * @default 'cdk-devsecops-eks'
   */
  readonly productName?: string;
}

/**
 * Turns the report of any scanner into findings in Security Hub, results in S3, and a verdict.
 *
 * One function with an alias per gate. A scanner job puts its report under its own prefix of the findings bucket and
 * invokes its own alias; which gate it is, which policy and which waivers hold follow from the alias that was invoked,
 * never from the request.
 */
export class FindingsNormalizer extends Construct {
  /** Bucket of reports, verdicts, findings, state and evidence. Kept when the stack is deleted. */
  public readonly bucket: s3.IBucket;

  /** The function. Invoke it through a gate's alias only. */
  public readonly function: lambda.IFunction;

  /** Role of the function. */
  public readonly role: iam.IRole;

  /** Invocations that failed, after the retry. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** Alarms: failed invocations, and errors of the function. */
  public readonly alarms: cloudwatch.Alarm[];

  private readonly findingsBucket: FindingsBucket;
  private readonly handler: HandlerFunction;
  private readonly encryptionKey: kms.IKey;
  private readonly waivers?: Waivers;
  private readonly gates = new Map<string, RegisteredGate>();
  private readonly gateScope: Construct;

  constructor(scope: Construct, id: string, props: FindingsNormalizerProps) {
    super(scope, id);
    requireProductName(props.productName);
    this.encryptionKey = props.encryptionKey;
    this.waivers = props.waivers;
    this.waivers?._annotate(this);
    this.findingsBucket = new FindingsBucket(this, 'Findings', props);
    this.bucket = this.findingsBucket.bucket;
    this.gateScope = new Construct(this, 'Gates');

    const stack = Stack.of(this);
    const waiverSource = props.waivers?.source;
    this.handler = new HandlerFunction(this, 'Handler', {
      bundle: 'normalizer',
      description: 'Turns scanner reports into Security Hub findings and verdicts',
      encryptionKey: props.encryptionKey,
      failuresGoTo: 'Every alias has its own destination for failed invocations',
      memorySize: 1769, // One whole vCPU, by the Lambda documentation.
      ephemeralStorageSize: Size.gibibytes(2),
      timeout: Duration.minutes(15),
      environment: {
        FINDINGS_BUCKET: this.bucket.bucketName,
        PRODUCT_ARN: stack.formatArn({ service: 'securityhub', resource: 'product', resourceName: `${stack.account}/default` }),
        PRODUCT_NAME: props.productName ?? 'cdk-devsecops-eks',
        DEFER_IMPORT: String(props.deferImport ?? false),
        GATES: Lazy.string({ produce: () => stack.toJsonString(this.renderGates()) }),
        ...(waiverSource?.bucket && { WAIVERS_BUCKET: waiverSource.bucket.bucketName, WAIVERS_KEY: waiverSource.objectKey! }),
      },
    });
    this.function = this.handler.function;
    this.role = this.handler.role;
    this.findingsBucket.admitWriter(this.role);
    this.grantHandler(waiverSource);

    this.deadLetterQueue = new sqs.Queue(this, 'Failed', {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetterQueue, 'This is the dead-letter queue', 'AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy');
    allow(this.role, { sid: 'KeepFailedInvocations', actions: ['sqs:SendMessage'], resources: [this.deadLetterQueue.queueArn] });

    // A policy of its own: inside the role's default policy it would make role and function depend on each other.
    const ownAliases = `${this.function.functionArn}:*`;
    const goOn = new iam.Policy(this, 'GoOnBeforeTheTimeout', {
      roles: [this.handler.role],
      statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [ownAliases] })],
    });
    acknowledgeInlinePolicies(goOn);
    acknowledgeWildcards(goOn, 'The function goes on with a long report under the alias that it was invoked by', [], [ownAliases]);

    this.alarms = this.createAlarms();
  }

  /**
   * Make a gate known to the normalizer: an alias of its own, and a policy that only a deployment changes.
   *
   * @param gateId id of the gate: 2 to 32 lower-case letters, digits or hyphens
   * @param props what the gate is
   * @throws if the id is taken or has another form, or with more gates than the function's environment can hold
   */
  public addGate(gateId: string, props: NormalizerGateProps): INormalizerGate {
    requireGateId('gateId', gateId);
    if (this.gates.has(gateId)) {
      throw invalid({ prop: 'gateId', rule: 'must be unique within a normalizer', value: gateId, remedy: 'give the second gate an id of its own' });
    }
    if (this.gates.size === MAXIMUM_GATES) {
      throw invalid({
        prop: 'gateId',
        rule: `must be one of at most ${MAXIMUM_GATES} gates of a normalizer`,
        value: gateId,
        remedy: 'make a second FindingsNormalizer for further gates',
      });
    }
    const gate = new RegisteredGate(this.gateScope, gateId, {
      ...props,
      normalizer: this.handler.function,
      findingsBucket: this.findingsBucket,
      encryptionKey: this.encryptionKey,
      deadLetterQueue: this.deadLetterQueue,
      waivers: (this.waivers?._known ?? []).filter((waiver) => waiver.gate === undefined || waiver.gate === gateId),
    });
    allow(this.role, {
      actions: ['s3:GetObject'],
      resources: [gate.definition.asset.bucket.arnForObjects(gate.definition.asset.s3ObjectKey)],
    });
    this.gates.set(gateId, gate);
    return gate;
  }

  /**
   * Let a principal read the verdicts of every gate, as the jobs must that push and deploy.
   *
   * @param grantee who may read
   */
  public grantReadVerdicts(grantee: iam.IGrantable): iam.Grant {
    return grantRead(this.bucket, this.encryptionKey, grantee, ['verdicts/*']);
  }

  /**
   * Let a principal, such as a team of approvers, read the reports of runs, the verdicts and the evidence.
   *
   * @param grantee who may read
   */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    return grantRead(this.bucket, this.encryptionKey, grantee,
      ['verdict', 'evidence', 'report'].map((kind) => `${findingsPrefix(kind as 'verdict' | 'evidence' | 'report')}*`));
  }

  /**
   * Let one of the library's Lambdas write the given kinds of results.
   *
   * @internal
   */
  public _grantWriteResults(role: iam.Role, ...kinds: ('evidence' | 'report')[]): void {
    this.findingsBucket.admitWriter(role);
    allow(role, {
      sid: 'WriteResults',
      actions: ['s3:PutObject'],
      resources: kinds.map((kind) => this.bucket.arnForObjects(`${findingsPrefix(kind)}*`)),
      wildcardsBecause: 'One object per run or digest, under prefixes that the bucket\'s policy reserves for the project\'s functions',
    }, {
      sid: 'EncryptResults', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [this.encryptionKey.keyArn],
    });
    // Evidence of a digest grows with each of its runs, by conditional writes; the brief tells what is new since the last release.
    grantRead(this.bucket, this.encryptionKey, role, [...kinds, 'findings', 'release'].map((kind) => `${findingsPrefix(kind as 'findings')}*`));
  }

  /**
   * Tell a topic of the normalizer's alarms.
   *
   * @param topic the topic; its key must admit CloudWatch
   */
  public notifyAlarms(topic: sns.ITopic): void {
    this.alarms.forEach((alarm) => alarm.addAlarmAction(new actions.SnsAction(topic)));
  }

  /**
   * What is wrong with a list of gates that must have passed: each id must be a gate of this normalizer.
   *
   * @internal
   */
  public _unknownGates(required: string[]): string[] {
    return required.filter((gateId) => !this.gates.has(gateId)).map((gateId) => invalid({
      prop: 'requiredGates',
      rule: 'must name gates of the workspace, because a gate that never runs never passes',
      value: gateId,
      remedy: `use one of: ${[...this.gates.keys()].join(', ')}`,
    }).message);
  }

  private renderGates(): { [gateId: string]: string[] } {
    return Object.fromEntries([...this.gates].map(([gateId, gate]) =>
      [gateId, [gate.definition.asset.s3BucketName, gate.definition.asset.s3ObjectKey, gate.definition.sha256]]));
  }

  private grantHandler(waiverSource?: WaiverSourceConfig): void {
    const stack = Stack.of(this);
    const objects = (...kinds: Parameters<typeof findingsPrefix>[0][]) =>
      kinds.map((kind) => this.bucket.arnForObjects(`${findingsPrefix(kind)}*`));
    const wildcardsBecause = 'One object per gate and run, under prefixes that the bucket\'s policy reserves for the project\'s functions';
    allow(this.role, {
      sid: 'ReadReportsAndState',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: objects('rawReport', 'verdict', 'findings', 'state'),
      wildcardsBecause,
    }, {
      sid: 'SeeWhatIsMissing', // Without it S3 answers 403 for an object that is not there.
      actions: ['s3:ListBucket'],
      resources: [this.bucket.bucketArn],
    }, {
      sid: 'WriteResults',
      actions: ['s3:PutObject'],
      resources: objects('verdict', 'findings', 'state'),
      wildcardsBecause,
    }, {
      sid: 'EncryptResults',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [this.encryptionKey.keyArn],
    }, {
      sid: 'ImportFindings',
      actions: ['securityhub:BatchImportFindings'],
      resources: [stack.formatArn({ service: 'securityhub', resource: 'product', resourceName: `${stack.account}/default` })],
    });
    if (waiverSource?.bucket) {
      allow(this.role, { sid: 'ReadWaivers', actions: ['s3:GetObject'], resources: [waiverSource.bucket.arnForObjects(waiverSource.objectKey!)] });
      waiverSource.bucket.encryptionKey?.grantDecrypt(this.handler.role);
    }
  }

  private createAlarms(): cloudwatch.Alarm[] {
    const alarm = (id: string, description: string, metric: cloudwatch.Metric) => new cloudwatch.Alarm(this, id, {
      alarmDescription: description,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const alarms = [
      alarm('ErrorsAlarm', 'The findings normalizer failed. Gates end with error until it works: see its log group.',
        this.function.metricErrors({ period: Duration.minutes(5) })),
      alarm('FailedAlarm', 'Requests to the findings normalizer were lost after a retry: see the dead-letter queue.',
        this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) })),
    ];
    alarms.forEach((each) => acknowledge(each, 'notifyAlarms() names who is told; without it the alarms show on the dashboard',
      'NIST.800.53.R5-CloudWatchAlarmAction', 'HIPAA.Security-CloudWatchAlarmAction'));
    return alarms;
  }
}

function requireProductName(name: string | undefined): void {
  if (isKnown(name) && (name.trim() === '' || name.length > 128)) {
    throw invalid({ prop: 'productName', rule: 'must have 1 to 128 characters', value: name, remedy: 'choose a name like \'shop-delivery\'' });
  }
}

interface RegisteredGateProps extends NormalizerGateProps {
  readonly normalizer: lambda.Function;
  readonly findingsBucket: FindingsBucket;
  readonly encryptionKey: kms.IKey;
  readonly deadLetterQueue: sqs.IQueue;
  readonly waivers: GateDefinition['waivers'];
}

class RegisteredGate extends Construct implements INormalizerGate {
  public readonly gateId: string;
  public readonly reportFormat: ReportFormat;
  public readonly alias: lambda.IAlias;
  public readonly definition: GateAsset;
  private readonly findingsBucket: FindingsBucket;
  private readonly encryptionKey: kms.IKey;
  private readonly reporters: string[] = [];

  constructor(scope: Construct, gateId: string, props: RegisteredGateProps) {
    super(scope, gateId);
    this.gateId = gateId;
    this.reportFormat = props.reportFormat;
    this.findingsBucket = props.findingsBucket;
    this.encryptionKey = props.encryptionKey;
    this.definition = new GateAsset(this, 'Definition', {
      version: 1,
      gate: gateId,
      reportFormat: props.reportFormat,
      environment: props.environment ?? FindingsEnvironment.CANDIDATE,
      policy: (props.policy ?? GatePolicy.failOn(Severity.HIGH))._render(),
      waivers: props.waivers,
      securityHub: props.findingsImport ?? FindingsImport.ALWAYS,
      unsupportedImage: props.unsupportedImage ?? UnsupportedImage.ERROR,
    });
    this.alias = new lambda.Alias(this, 'Alias', {
      aliasName: gateId,
      version: props.normalizer.currentVersion,
      description: `Judges reports of the gate ${gateId}`,
      // A request is idempotent. One retry, and none that comes after the gate's own deadline.
      retryAttempts: 1,
      maxEventAge: Duration.minutes(15),
      onFailure: new destinations.SqsDestination(props.deadLetterQueue),
    });
  }

  public grantJudge(grantee: iam.IGrantable): iam.Grant {
    const { bucket } = this.findingsBucket;
    this.admitReporter(grantee);
    const reports = [bucket.arnForObjects(findingsKeyPattern('rawReport', { gate: this.gateId }))];
    acknowledgeWildcards(grantee, 'One report per run, under the prefix of this gate alone', [], reports);
    return iam.Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: reports })
      .combine(iam.Grant.addToPrincipal({ grantee, actions: ['kms:GenerateDataKey'], resourceArns: [this.encryptionKey.keyArn] }))
      .combine(iam.Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.alias.functionArn] }))
      .combine(grantRead(bucket, this.encryptionKey, grantee, [findingsKeyPattern('verdict', { gate: this.gateId })]));
  }

  /** From the first reporter on, the bucket refuses reports of this gate from everybody else. */
  private admitReporter({ grantPrincipal }: iam.IGrantable): void {
    const { roleArn } = grantPrincipal as Partial<iam.IRole>;
    if (roleArn === undefined) {
      throw invalid({
        prop: 'grantee',
        rule: 'must be a role, or have one',
        value: this.gateId,
        remedy: 'grant to the role of the scanner\'s job: the findings bucket admits reports by role only',
      });
    }
    if (this.reporters.length === 0) {
      this.findingsBucket.reserveReports(this.gateId, this.reporters);
    }
    this.reporters.push(roleArn);
  }
}

/** Read objects by pattern. Listing tells an absent verdict from a refused one, and is limited to the same kinds. */
function grantRead(bucket: s3.IBucket, key: kms.IKey, grantee: iam.IGrantable, patterns: string[]): iam.Grant {
  const objects = patterns.map((pattern) => bucket.arnForObjects(pattern));
  acknowledgeWildcards(grantee, 'One object per run; the kinds of objects are named', [], objects);
  return iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: objects })
    .combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': patterns.map((pattern) => `${pattern.split('/')[0]}/*`) } },
    }))
    .combine(iam.Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: [key.keyArn] }));
}
