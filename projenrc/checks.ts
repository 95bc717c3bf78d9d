import { awscdk } from 'projen';

/** Tasks that projen does not bring: type-checked tests and the benches. */
export function addChecks(project: awscdk.AwsCdkConstructLibrary): void {
  project.addTask('typecheck', {
    description: 'Type-check sources and tests (jest itself transpiles only)',
    exec: 'tsc --noEmit -p tsconfig.dev.json',
  });
}
