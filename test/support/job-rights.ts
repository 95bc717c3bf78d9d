import { Template } from 'aws-cdk-lib/assertions';
import { idOf, list, resourcesOf, Statement, statementsOf, written } from './template-facts';
import { DevSecOpsEksPipeline } from '../../src';

/** What one job or function may do, in the words of docs/threat-model.md. */
export interface Rights {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
  readonly calls: Set<string>;
  readonly privileged: boolean;
}

type Kind = 'reads' | 'writes' | 'calls';

const ECR_PUSH = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];
const ECR_PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'];

/** Translates the policies of a template's roles. An action or resource that it does not know is an error: a right that no row tells of. */
export class RightsReader {
  private readonly names: { [logicalId: string]: string };
  private readonly bucketArns: { [arn: string]: string };

  constructor(private readonly template: Template, private readonly delivery: DevSecOpsEksPipeline, private readonly mirrorArn: string) {
    const { workspace, release, imageBuild } = delivery;
    this.names = {
      [idOf(imageBuild.cacheRepository)]: 'layer cache',
      [idOf(release.repository)]: 'release repository',
    };
    this.bucketArns = {
      [`<${idOf(workspace.artifactBucket)}.Arn>`]: 'artifact',
      [`<${idOf(workspace.normalizer.bucket)}.Arn>`]: 'findings',
    };
  }

  /** Rights of what runs under the logical id: a project or a function. */
  public of(logicalId: string): Rights {
    const { Type, Properties } = resourcesOf(this.template)[logicalId];
    const role = (Properties.ServiceRole ?? Properties.Role)['Fn::GetAtt'][0];
    const rights = { reads: new Set<string>(), writes: new Set<string>(), calls: new Set<string>() };
    for (const statement of statementsOf(this.template, role)) {
      this.translate(statement, logicalId).forEach(([kind, token]) => rights[kind].add(token));
    }
    for (const entry of Object.values(resourcesOf(this.template, 'AWS::EKS::AccessEntry'))) {
      if (written(entry.Properties.PrincipalArn) === `<${role}.Arn>`) {
        rights.calls.add(accessOf(entry.Properties));
      }
    }
    return { ...rights, privileged: Type === 'AWS::CodeBuild::Project' && Properties.Environment.PrivilegedMode === true };
  }

  private translate(statement: Statement, logicalId: string): [Kind, string][] {
    return statement.actions.flatMap((action) => statement.resources.map((resource) => this.token(action, resource, statement, logicalId)));
  }

  private token(action: string, resource: string, statement: Statement, logicalId: string): [Kind, string] {
    const [service] = action.split(':');
    switch (service) {
      case 's3': return this.storage(action, resource, statement);
      case 'ecr': return this.registry(action, resource);
      case 'kms': return ['kms:Decrypt', 'kms:GenerateDataKey'].includes(action)
        ? [action === 'kms:Decrypt' ? 'reads' : 'writes', 'key'] : unknown(action, resource);
      case 'logs': return ['writes', resource.startsWith('<') ? 'own log' : unknown(action, resource)];
      case 'codebuild': return ['writes', resource.includes(logicalId.replace(/Project[0-9A-F]{8}$/, 'Reports')) ? 'own test reports' : unknown(action, resource)];
      case 'secretsmanager': return ['reads', `secret ${/:secret:(.*?)-\?{6}$/.exec(resource)?.[1] ?? unknown(action, resource)}`];
      case 'codecommit': return action === 'codecommit:GitPull' ? ['reads', 'source repository'] : unknown(action, resource);
      case 'lambda': return ['calls', this.invoked(resource)];
      case 'eks': return action === 'eks:DescribeCluster' ? ['calls', `cluster ${clusterName(resource)}: find`] : unknown(action, resource);
      case 'ec2': return ['calls', 'network of its VPC'];
      case 'securityhub': return ['writes', 'Security Hub'];
      case 'sqs': return ['writes', 'dead-letter queue'];
      case 'inspector2': return ['reads', 'coverage of Inspector'];
      case 'codepipeline': return action === 'codepipeline:ListActionExecutions' ? ['reads', 'actions of the pipeline'] : ['calls', 'pipeline: answer a job'];
      default: return unknown(action, resource);
    }
  }

  private storage(action: string, resource: string, { conditions }: Statement): [Kind, string] {
    const [arn, pattern] = split(resource);
    const bucket = this.bucketArns[arn];
    if (['s3:GetBucketAcl', 's3:GetBucketLocation'].includes(action) && bucket === 'artifact') {
      return ['reads', 'place of the artifact bucket'];
    }
    if (action === 's3:ListBucket' && bucket === 'findings') {
      return ['reads', `names of findings ${list<string>(conditions?.StringLike['s3:prefix']).join(' ') || '*'}`];
    }
    const kind = ({ 's3:GetObject': 'reads', 's3:GetObjectVersion': 'reads', 's3:PutObject': 'writes' } as const)[action];
    if (kind && bucket === 'artifact') {
      return [kind, `artifact ${/^\*\/(\w+)\/\*$/.exec(pattern)?.[1] ?? unknown(action, resource)}`];
    }
    if (kind && bucket === 'findings') {
      return [kind, `findings ${pattern}`];
    }
    if (kind === 'reads' && resource.startsWith(this.mirrorArn)) {
      return [kind, 'tool mirror'];
    }
    if (kind === 'reads' && arn.includes('cdk-hnb659fds-assets')) {
      return [kind, pattern.endsWith('.tar') ? 'library\'s scripts' : 'assets of the CDK app'];
    }
    return unknown(action, resource);
  }

  private registry(action: string, resource: string): [Kind, string] {
    if (action === 'ecr:GetAuthorizationToken') {
      return ['calls', 'registry: log in'];
    }
    if (action === 'ecr:GetRegistryScanningConfiguration') {
      return ['reads', 'configuration of the registry'];
    }
    const name = this.names[/^<(\w+)\.Arn>$/.exec(resource)?.[1] ?? ''] ?? unknown(action, resource);
    if (ECR_PUSH.includes(action)) {
      return ['writes', name];
    }
    return ECR_PULL.includes(action) || action === 'ecr:DescribeImageScanFindings' ? ['reads', name] : unknown(action, resource);
  }

  /** An alias of the normalizer by the gate that it belongs to. */
  private invoked(resource: string): string {
    const [, id] = /^<(\w+)>$/.exec(resource) ?? [];
    const alias = id && resourcesOf(this.template, 'AWS::Lambda::Alias')[id];
    if (alias) {
      return `normalizer as ${alias.Properties.Name}`;
    }
    return resource === `<${idOf(this.delivery.workspace.normalizer.function)}.Arn>:*` ? 'normalizer as it was invoked' : unknown('lambda:InvokeFunction', resource);
  }
}

function accessOf(entry: any): string {
  const access = entry.AccessPolicies.map(({ AccessScope, PolicyArn }: any) =>
    `${/AmazonEKS(\w+)Policy$/.exec(written(PolicyArn))![1].toLowerCase()} in ${AccessScope.Type} ${list(AccessScope.Namespaces).join(' ')}`);
  return `cluster ${clusterName(written(entry.ClusterName))}: ${access.join(', ')}`;
}

function clusterName(text: string): string {
  return /OutputRef(\w+?)Cluster/.exec(text)?.[1].toLowerCase() ?? text;
}

function split(resource: string): [string, string] {
  const match = /^(<\w+\.Arn>|arn:[^/]*)(?:\/(.*))?$/.exec(resource);
  return match ? [match[1], match[2] ?? ''] : [resource, ''];
}

function unknown(action: string, resource: string): never {
  throw new Error(`docs/threat-model.md has no words for ${action} on ${resource}`);
}
