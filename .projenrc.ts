import { awscdk, javascript } from 'projen';
import { addBundles } from './projenrc/bundles';
import { addChecks } from './projenrc/checks';

/** The lowest aws-cdk-lib that has `Validations` (acknowledged rules) and cdk-nag 3. */
const CDK_FLOOR = '2.257.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-devsecops-eks',
  description: 'A CDK construct that turns a commit into a scanned, approved, digest-pinned image running on Amazon EKS',
  author: 'cdk-devsecops-eks contributors',
  authorAddress: 'maintainers@cdk-devsecops-eks.dev',
  repositoryUrl: 'https://github.com/cdk-devsecops-eks/cdk-devsecops-eks.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-devsecops-eks contributors',
  keywords: ['aws', 'awscdk', 'aws-cdk', 'devsecops', 'eks', 'codepipeline', 'security-hub', 'ecr', 'zap', 'grype', 'snyk'],
  stability: 'experimental',
  majorVersion: 0,
  defaultReleaseBranch: 'main',


  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.0',
  packageManager: javascript.NodePackageManager.NPM,
  workflowNodeVersion: '24',
  projenrcTs: true,
  sampleCode: false,
  tsconfigDevFile: 'tsconfig.dev.json',
  // Samples that rules are tested on are no code of the project.
  tsconfigDev: { compilerOptions: { paths: { 'cdk-devsecops-eks': ['./src'] } }, include: ['.projenrc.ts'], exclude: ['node_modules', 'test/scanners/semgrep-rules', 'examples'] },
  docgen: true,
  docgenFilePath: 'API.md',

  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      collectCoverageFrom: ['src/**/*.ts'],
      collectCoverage: false,
      coverageReporters: ['json', 'lcov', 'text-summary'],
    },
  },

  // Bundles are made by projenrc/bundles.ts: plain file names and the SDK included.
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,

  devDeps: [
    '@aws-cdk/lambda-layer-kubectl-v34@2.2.1', // For the example, which the demo synthesizes.
    '@types/aws-lambda',
    '@types/node@^22',
    '@aws-sdk/client-codepipeline',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-s3',
    'ajv',
    'ajv-formats',
    'aws-sdk-client-mock',
    'cdk-nag@^3.0.2',
    'esbuild',
    'fast-check',
    'json-schema-to-typescript',
    'tar',
    'yaml',
  ],

  gitignore: ['/assets/', '/cdk.out/', '/.tools/', '/examples/*/cdk.out/', '*.tmp', '/reports/', '.jsii.tabl.json'],

  publishToPypi: { distName: 'cdk-devsecops-eks', module: 'cdk_devsecops_eks', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdkdevsecopseks',
    mavenGroupId: 'io.github.cdk-devsecops-eks',
    mavenArtifactId: 'cdk-devsecops-eks',
  },
  publishToNuget: { dotNetNamespace: 'CdkDevSecOpsEks', packageId: 'CdkDevSecOpsEks', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk-devsecops-eks/cdk-devsecops-eks-go', packageName: 'cdkdevsecopseks' },
  npmTrustedPublishing: true,

  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'build-tools', 'bench', 'projenrc'],
    ignorePatterns: ['test/scanners/semgrep-rules/', '*.js', '*.d.ts', 'node_modules/', '*.generated.ts', 'coverage'],
  },
  depsUpgradeOptions: { workflow: true },
});

for (const path of ['/examples/', '/docs/adr/', '/.ci/', '/projenrc/', '/build-tools/', '/bench/', '/.tools/', '/rosetta/', '/CONTRIBUTING.md', '/lib/**/*.lambda.*']) {
  project.npmignore?.exclude(path);
}

// 1.13.0 names bindings for platforms that it does not have: a lock file with it cannot be installed.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// The root tsconfig.json holds src only; eslint must know the tests too.
// What handlers import is bundled, SDK included.
project.eslint?.allowDevDeps('src/**/*.lambda.ts');
project.eslint?.allowDevDeps('src/**/*.lambda-shared.ts');
const eslintrc = project.tryFindObjectFile('.eslintrc.json');
eslintrc?.addDeletionOverride('parserOptions.projectService');
eslintrc?.addOverride('parserOptions.project', './tsconfig.dev.json');
eslintrc?.addOverride('settings.import/resolver.typescript.project', './tsconfig.dev.json');

addBundles(project);
addChecks(project);

project.synth();
