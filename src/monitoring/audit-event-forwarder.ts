import { Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { callPattern, GLOBAL_REGIONS, Matcher } from './audit-patterns';
import { WATCHED_CALLS } from './watched-api-calls';
import { acknowledge } from '../private/acknowledge';
import { invalid } from '../private/validate';

/** A role name has at most 64 characters (IAM quotas), so this many fit into a pattern with 2,048. */
const NAMES_PER_FORWARDER = 15;

/** What `AuditEventForwarder` forwards, and where to. */
export interface AuditEventForwarderProps {
  /** The Region of the pipeline, for example `eu-central-1`; its default event bus gets the events. */
  readonly pipelineRegion: string;

  /**
   * Names of roles whose changes are forwarded.
   *
   * @default - only roles by `roleNamePrefixes`
   */
  readonly roleNames?: string[];

  /**
   * Beginnings of names of roles whose changes are forwarded. CloudFormation begins the names of a stack's roles with the
   * name of the stack and shortens it: take its first twenty characters or fewer.
   *
   * @default - only roles by `roleNames`
   */
  readonly roleNamePrefixes?: string[];
}

/**
 * Forwards IAM's events about roles to the Region of a pipeline, where `AuditTrail` alerts.
 *
 * IAM reports to one Region of the partition only (us-east-1, us-gov-west-1 or cn-north-1): put it into a stack there, in the
 * pipeline's account. A trail that covers that Region is needed, as `AuditTrailSource.newTrail()` makes it.
 */
export class AuditEventForwarder extends Construct {
  /** The EventBridge rule that forwards. */
  public readonly rule: events.Rule;

  /**
   * @throws if the stack is not in the Region that IAM reports to, or the pipeline is
   * @throws if neither `roleNames` nor `roleNamePrefixes` holds a name, or both together more than 15
   */
  constructor(scope: Construct, id: string, props: AuditEventForwarderProps) {
    super(scope, id);
    const { pipelineRegion, roleNames = [], roleNamePrefixes = [] } = props;
    requireGlobalRegion(Stack.of(this).region, pipelineRegion);
    const roles: Matcher[] = [...roleNames, ...roleNamePrefixes.map((prefix) => ({ prefix }))];
    if (roles.length === 0 || roles.length > NAMES_PER_FORWARDER) {
      throw invalid({
        prop: 'roleNames',
        rule: `must hold 1 to ${NAMES_PER_FORWARDER} names together with 'roleNamePrefixes'`,
        value: roles,
        remedy: 'give the beginning of the names of the pipeline\'s roles, or split them over several forwarders',
      });
    }

    const roleChanges = WATCHED_CALLS.find((watched) => watched.resource === 'role')!;
    const busArn = Stack.of(this).formatArn({
      service: 'events', region: pipelineRegion, resource: 'event-bus', resourceName: 'default',
    });
    this.rule = new events.Rule(this, 'Rule', {
      description: `Changes of roles, for the alerts in ${pipelineRegion}`,
      eventPattern: callPattern(roleChanges, roles, []),
      targets: [new targets.EventBus(events.EventBus.fromEventBusArn(this, 'PipelineBus', busArn), {
        role: this.forwardingRole(busArn).withoutPolicyUpdates(),
      })],
    });
    acknowledge(this.rule, 'EventBridge repeats for 24 hours; a queue of lost events would tell nobody, and CloudTrail keeps what they are about',
      'Serverless-EventBusDLQ');
  }

  private forwardingRole(busArn: string): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('events.amazonaws.com') });
    new iam.ManagedPolicy(this, 'PutEvents', {
      roles: [role],
      statements: [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] })],
    });
    return role;
  }
}

function requireGlobalRegion(region: string, pipelineRegion: string): void {
  if (!Token.isUnresolved(region) && !GLOBAL_REGIONS.includes(region)) {
    throw invalid({
      prop: 'env.region',
      rule: `of an AuditEventForwarder's stack must be the Region that IAM reports to (one of ${GLOBAL_REGIONS.join(', ')})`,
      value: region,
      remedy: 'put it into a stack of its own in that Region',
    });
  }
  if (!Token.isUnresolved(pipelineRegion) && pipelineRegion === region) {
    throw invalid({
      prop: 'pipelineRegion',
      rule: 'must be another Region than that of the forwarder',
      value: pipelineRegion,
      remedy: 'leave the forwarder out: AuditTrail gets the events by itself here',
    });
  }
}
