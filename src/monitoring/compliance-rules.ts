import { Annotations, Names, Resource, Tags } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as config from 'aws-cdk-lib/aws-config';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { alertTopic, notify, ownKey } from './alert-topic';
import { Matcher, trailNamed } from './audit-patterns';
import { CheckedResource, COMPLIANCE_CHECKS, ComplianceCheck, ComplianceCheckRule, RECORDED_TYPES } from './compliance-checks';
import { ConfigRecorder } from './config-recorder';
import { knownPartition } from '../private/partition';
import { invalid } from '../private/validate';

/** What `ComplianceRules` checks. */
export interface ComplianceRulesProps {
  /**
   * CodeBuild projects: credentials, logs, encryption of artifacts, privileged mode.
   *
   * @default - no projects are checked
   */
  readonly projects?: codebuild.IProject[];

  /**
   * Those of `projects` that must run privileged, for example to build an image.
   *
   * @default - none
   */
  readonly privilegedProjects?: codebuild.IProject[];

  /**
   * The repository of the released images: scanning and immutable tags.
   *
   * @default - no repository is checked
   */
  readonly repository?: ecr.IRepository;

  /**
   * Buckets: TLS only, no public access.
   *
   * @default - no buckets are checked
   */
  readonly buckets?: s3.IBucket[];

  /**
   * Functions: no public access.
   *
   * @default - no functions are checked
   */
  readonly functions?: lambda.IFunction[];

  /**
   * Topics: encryption.
   *
   * @default - no topics are checked
   */
  readonly topics?: sns.ITopic[];

  /**
   * Names of clusters whose endpoint must not be public, in the account and Region of the stack.
   *
   * @default - no clusters are checked
   */
  readonly privateClusterNames?: string[];

  /**
   * A trail: validation of its log files.
   *
   * @default - no trail is checked
   */
  readonly trail?: cloudtrail.Trail;

  /**
   * Checks to leave out, for example where AWS Config does not offer a rule in a Region.
   *
   * @default - every check whose resources are given
   */
  readonly omittedChecks?: ComplianceCheck[];

  /**
   * The key of the pipeline, which is checked for rotation and encrypts what is made here.
   *
   * @default - a key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The recorder of AWS Config.
   *
   * @default ConfigRecorder.existing()
   */
  readonly recorder?: ConfigRecorder;

  /**
   * The topic that is told when a resource stops to comply. It should be encrypted and refuse messages without TLS; the
   * policy of its key must admit `events.amazonaws.com`.
   *
   * @default - an encrypted topic that refuses messages without TLS
   */
  readonly topic?: sns.ITopic;

  /**
   * E-mail addresses that are told; each has to confirm its subscription once.
   *
   * @default - nobody is subscribed
   */
  readonly recipients?: string[];
}

/** What is checked: the constructs, which are tagged, and the ids by which AWS Config reports them. */
interface CheckedResources {
  readonly constructs: IConstruct[];
  readonly ids: Matcher[];
}

/**
 * AWS Config rules for the resources of one pipeline, and a message when one of them stops to comply.
 *
 * Rules that AWS Config runs on changes look at the pipeline's resources only, by a tag that is put on them here. Rules that
 * it runs periodically look at all resources of the Region, because they take no scope; only the pipeline's are told.
 */
export class ComplianceRules extends Construct {
  /** The key of the tag that scopes the rules. Resources that the CDK app does not own must be tagged by hand. */
  public static readonly SCOPE_TAG = 'cdk-devsecops-eks:compliance';

  /** The value of the tag that scopes these rules. */
  public readonly scopeTagValue: string;

  /** The AWS Config rules. */
  public readonly rules: config.ManagedRule[] = [];

  /** The topic that is told when a resource stops to comply. */
  public readonly topic: sns.ITopic;

  /**
   * @throws if `privilegedProjects` holds a project that `projects` does not
   * @throws if `recipients` holds something that is no e-mail address
   */
  constructor(scope: Construct, id: string, props: ComplianceRulesProps) {
    super(scope, id);
    requireKnownProjects(props);
    this.scopeTagValue = Names.uniqueResourceName(this, { maxLength: 128, separator: '-' });
    const encryptionKey = props.encryptionKey ?? ownKey(this);
    this.topic = alertTopic(this, {
      topic: props.topic,
      encryptionKey,
      recipients: props.recipients ?? [],
      recipientsProp: 'recipients',
    });

    const resources = checkedResources(props, encryptionKey);
    const checks = COMPLIANCE_CHECKS
      .filter(({ resource }) => resources[resource].ids.length > 0)
      .filter(({ check }) => !props.omittedChecks?.includes(check))
      .filter((rule) => this.isOffered(rule));
    const recorder = (props.recorder ?? ConfigRecorder.existing()).bind(new Construct(this, 'Recording'), {
      resourceTypes: [...new Set(checks.map(({ resource }) => RECORDED_TYPES[resource]))],
      encryptionKey,
    });
    for (const check of checks) {
      const rule = this.addRule(check, resources[check.resource], props);
      rule.node.addDependency(...recorder.dependencies);
    }
  }

  private addRule(check: ComplianceCheckRule, resources: CheckedResources, props: ComplianceRulesProps): config.ManagedRule {
    const onChange = check.trigger === 'change';
    const rule = new config.ManagedRule(this, check.id, {
      identifier: check.identifier,
      ruleScope: onChange ? config.RuleScope.fromTag(ComplianceRules.SCOPE_TAG, this.scopeTagValue) : undefined,
      inputParameters: check.check === ComplianceCheck.PROJECT_PRIVILEGED_MODE && props.privilegedProjects?.length
        ? { exemptedProjects: props.privilegedProjects.map((project) => project.projectName).join(',') }
        : undefined,
    });
    if (onChange) {
      this.tag(resources.constructs);
    }
    const told = new events.Rule(this, `${check.id}Told`, {
      description: `A resource of the pipeline does not comply with ${check.identifier}`,
      eventPattern: {
        source: ['aws.config'],
        detailType: ['Config Rules Compliance Change'],
        detail: {
          configRuleName: [rule.configRuleName],
          newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
          ...(onChange ? {} : { resourceId: resources.ids }),
        },
      },
    });
    const detail = (path: string) => events.EventField.fromPath(`$.detail.${path}`);
    notify(told, this.topic, [
      `A resource does not comply: ${detail('resourceType')} ${detail('resourceId')}`,
      `Rule: ${check.identifier} (${detail('configRuleName')})`,
      `When: ${events.EventField.time}`,
      `Account and Region: ${detail('awsAccountId')}, ${detail('awsRegion')}`,
      `What to do: ${check.remedy}`,
    ]);
    this.rules.push(rule);
    return rule;
  }

  private tag(constructs: IConstruct[]): void {
    for (const construct of constructs) {
      if (Resource.isOwnedResource(construct)) {
        Tags.of(construct).add(ComplianceRules.SCOPE_TAG, this.scopeTagValue);
      } else {
        Annotations.of(construct).addWarningV2(
          'cdk-devsecops-eks:ComplianceRules.untagged',
          `the CDK app does not own this resource: tag it with ${ComplianceRules.SCOPE_TAG}=${this.scopeTagValue}, or it is not checked`,
        );
      }
    }
  }

  private isOffered(rule: ComplianceCheckRule): boolean {
    const partition = knownPartition(this);
    const offered = !partition || !rule.missingIn?.includes(partition);
    if (!offered) {
      Annotations.of(this).addWarningV2(
        `cdk-devsecops-eks:ComplianceRules.${rule.check}`,
        `AWS Config does not offer ${rule.identifier} in this partition: it is left out`,
      );
    }
    return offered;
  }
}

function checkedResources(props: ComplianceRulesProps, key: kms.IKey): { readonly [resource in CheckedResource]: CheckedResources } {
  const { projects = [], repository, buckets = [], functions = [], topics = [], privateClusterNames = [], trail } = props;
  return {
    project: { constructs: projects, ids: projects.map((project) => project.projectName) },
    repository: { constructs: repository ? [repository] : [], ids: repository ? [repository.repositoryName] : [] },
    bucket: { constructs: buckets, ids: buckets.map((bucket) => bucket.bucketName) },
    function: { constructs: functions, ids: functions.map((fn) => fn.functionName) },
    topic: { constructs: topics, ids: topics.map((topic) => topic.topicArn) },
    // AWS Config may report a cluster by its name or ARN.
    cluster: { constructs: [], ids: privateClusterNames.flatMap((name) => [name, { suffix: `/${name}` }]) },
    key: { constructs: [key], ids: [key.keyId] },
    trail: { constructs: trail ? [trail] : [], ids: trail ? trailNamed(trail.trailArn).resources.flat() : [] },
  };
}

function requireKnownProjects({ projects = [], privilegedProjects = [] }: ComplianceRulesProps): void {
  const stranger = privilegedProjects.find((project) => !projects.includes(project));
  if (stranger) {
    throw invalid({
      prop: 'privilegedProjects',
      rule: 'must hold projects that \'projects\' holds too',
      value: stranger.node.path,
      remedy: 'add the project to \'projects\', or take it out here',
    });
  }
}
