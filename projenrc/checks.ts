import { awscdk } from 'projen';

/** Tasks that projen does not bring: what the README's commands do, and the benches. */
export function addChecks(project: awscdk.AwsCdkConstructLibrary): void {
  const typecheck = project.addTask('typecheck', {
    description: 'Type-check sources and tests (jest itself transpiles only)',
    exec: 'tsc --noEmit -p tsconfig.dev.json',
  });

  // From a fresh clone: everything that the tests look at is built first.
  const verify = project.addTask('verify', { description: 'Build what the tests need, type-check, test and lint' });
  verify.spawn(project.preCompileTask);
  verify.spawn(project.compileTask);
  verify.spawn(typecheck);
  verify.spawn(project.testTask);
  project.setScript('test', 'projen verify');

  const demo = project.addTask('demo', { description: 'Synthesize the example and say what its pipeline does' });
  demo.spawn(project.preCompileTask);
  demo.spawn(project.compileTask);
  demo.exec('ts-node --project tsconfig.dev.json build-tools/demo.ts');

  project.addTask('bench:synth', {
    description: 'Time of synth against an empty app, paired in one run; needs a compiled package',
    exec: 'ts-node --project tsconfig.dev.json bench/synth.ts',
  });
}
