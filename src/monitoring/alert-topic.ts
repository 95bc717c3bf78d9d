import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { admitPublishers } from '../private/publishers';
import { requireEmail } from '../private/validate';

/** What a construct that alerts by e-mail was given. */
export interface AlertTopicOptions {
  readonly topic?: sns.ITopic;
  readonly encryptionKey?: kms.IKey;
  readonly recipients: string[];
  /** The prop that errors about recipients name. */
  readonly recipientsProp: string;
}

/** The given topic, or an encrypted one that takes messages over TLS only, with the recipients subscribed. */
export function alertTopic(scope: Construct, options: AlertTopicOptions): sns.ITopic {
  options.recipients.forEach((recipient) => requireEmail(options.recipientsProp, recipient));
  const topic = options.topic ?? encryptedTopic(scope, options.encryptionKey ?? ownKey(scope));
  options.recipients.forEach((recipient) => subscribe(topic, recipient));
  return topic;
}

function encryptedTopic(scope: Construct, masterKey: kms.IKey): sns.Topic {
  admitPublishers(masterKey);
  const topic = new sns.Topic(scope, 'Topic', { masterKey, enforceSSL: true });
  // A policy of its own replaces the default one of SNS, which admits the account's alarms.
  topic.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));
  return topic;
}

function subscribe(topic: sns.ITopic, recipient: string): void {
  // Several constructs may share a topic, and people may be in several lists.
  if (topic.node.tryFindChild(recipient)) {
    return;
  }
  acknowledge(topic.addSubscription(new EmailSubscription(recipient)),
    'SNS repeats e-mails that were not taken; a queue of lost ones would tell nobody, and what they are about stays in the history',
    'Serverless-SNSRedrivePolicy');
}

/** A key with yearly rotation for a construct that was given none. */
export function ownKey(scope: Construct): kms.Key {
  return new kms.Key(scope, 'Key', { enableKeyRotation: true });
}

/**
 * Let a rule send a message that people read.
 *
 * Each line becomes a JSON string of its own: EventBridge does not turn an escaped newline into a line break.
 */
export function notify(rule: events.Rule, topic: sns.ITopic, lines: (string | undefined)[]): void {
  const text = lines.filter((line) => line !== undefined).join('\n');
  rule.addTarget(new targets.SnsTopic(topic, { message: events.RuleTargetInput.fromMultilineText(text) }));
  acknowledge(rule, 'EventBridge repeats for 24 hours; a queue of lost messages would tell nobody, and what they are about stays in the history',
    'Serverless-EventBusDLQ');
}

/** Split a list so that each event pattern stays below EventBridge's 2,048 characters (EventBridge quotas, "Event pattern size"). */
export function chunk<T>(items: T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/** Construct ids of the rules of one list: the first has no number, so that a list that grows keeps its first rule. */
export function chunkId(id: string, index: number): string {
  return index === 0 ? id : `${id}${index + 1}`;
}
