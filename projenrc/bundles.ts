import { awscdk } from 'projen';

/**
 * Everything that the constructs ship is made before the package is published: types and validators from the JSON
 * Schemas, one file per Lambda handler (SDK included), the shell scripts, the rules. Nothing is bundled at the
 * consumer's synth.
 */
export function addBundles(project: awscdk.AwsCdkConstructLibrary): void {
  const contracts = project.addTask('contracts', {
    description: 'Generate types and validators from src/contracts/schemas',
    exec: 'ts-node --project tsconfig.dev.json build-tools/contracts.ts',
  });
  const assets = project.addTask('assets', {
    description: 'Build assets/: Lambda bundles, scripts and rules',
    exec: 'ts-node --project tsconfig.dev.json build-tools/assets.ts',
  });
  project.preCompileTask.spawn(contracts);
  project.preCompileTask.spawn(assets);
}
