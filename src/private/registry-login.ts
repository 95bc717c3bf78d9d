import { RoleStatement } from './role-statements';

/** A token for the account's registry. What it opens is a matter of the other statements. */
export const LOG_IN_TO_REGISTRY: RoleStatement = {
  sid: 'LogInToRegistry',
  actions: ['ecr:GetAuthorizationToken'],
  resources: ['*'],
  wildcardsBecause: 'A token for the registry has no resource-level permissions',
};
