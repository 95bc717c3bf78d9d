/* eslint-disable */
/** Generated from schemas/ by build-tools/contracts.ts: edit those. */

/**
 * Keys of the findings bucket
 */
export interface BucketLayout {
  /**
   * What the file is
   */
  description: string;
  /**
   * Templates of keys
   */
  keys: {
    /**
     * A report as the scanner wrote it (that gate's role: put only)
     */
    rawReport: string;
    /**
     * A verdict, written once
     */
    verdict: string;
    /**
     * The findings as they were sent, ASFF, one a line
     */
    findings: string;
    /**
     * Which findings are open, per environment and gate; conditional writes only
     */
    state: string;
    /**
     * Each gate's verdict and report for one image
     */
    evidence: string;
    /**
     * The run's report, for people
     */
    report: string;
    /**
     * The manifests as they were rendered and applied, for the undo (that target's deploy role only)
     */
    release: string;
  };
}

/**
 * For the image that runs: each gate's verdict and report, by digest
 */
export interface Evidence {
  /**
   * Version of this contract
   */
  version: 1;
  /**
   * Digest of the image's manifest
   */
  digest: string;
  /**
   * Repository, without tag or digest
   */
  repository: string;
  /**
   * Tag that the push gave
   */
  tag: string;
  /**
   * Id of the run: exported once by the checkout job and used by everything after it, so that a stage rollback presents the evidence of the run that it returns to
   */
  runId: string;
  /**
   * Commit that the image was built from
   */
  commit: string;
  /**
   * Every gate of the run
   *
   * @minItems 1
   *
   * Items: One gate's evidence
   */
  gates: [
    {
      /**
       * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
       */
      gate: string;
      /**
       * What the gate decided
       */
      verdict: 'pass' | 'fail' | 'error';
      /**
       * Key of the verdict object
       */
      verdictKey: string;
      /**
       * Key of the raw report
       */
      reportKey: string;
      /**
       * SHA-256 of the raw report
       */
      reportSha256: string;
      /**
       * SHA-256 of the policy
       */
      policySha256: string;
      /**
       * SHA-256 of the waivers
       */
      waiversSha256: string;
    },
    ...{
      /**
       * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
       */
      gate: string;
      /**
       * What the gate decided
       */
      verdict: 'pass' | 'fail' | 'error';
      /**
       * Key of the verdict object
       */
      verdictKey: string;
      /**
       * Key of the raw report
       */
      reportKey: string;
      /**
       * SHA-256 of the raw report
       */
      reportSha256: string;
      /**
       * SHA-256 of the policy
       */
      policySha256: string;
      /**
       * SHA-256 of the waivers
       */
      waiversSha256: string;
    }[]
  ];
  /**
   * Where and when the digest was deployed
   *
   * Items: One deployment
   */
  deployments: {
    /**
     * Target, like staging or production
     */
    target: string;
    /**
     * Cluster
     */
    cluster: string;
    /**
     * Namespace
     */
    namespace: string;
    /**
     * Execution of the pipeline
     */
    executionId: string;
    /**
     * When, UTC
     */
    at: string;
  }[];
}

/**
 * One gate as the normalizer knows it: a file asset, found through the alias that was invoked
 */
export interface GateDefinition {
  /**
   * Version of this contract
   */
  version: 1;
  /**
   * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
   */
  gate: string;
  /**
   * Form of the reports that the gate takes
   */
  reportFormat:
    | 'git-secrets'
    | 'gitleaks'
    | 'grype'
    | 'anchorectl'
    | 'snyk'
    | 'snyk-code'
    | 'semgrep'
    | 'sarif'
    | 'zap'
    | 'ecr'
    | 'trivy'
    | 'checkov';
  /**
   * Which state of findings the gate updates
   */
  environment: 'candidate' | 'staging' | 'production';
  /**
   * What blocks
   */
  policy: {
    /**
     * Findings of this severity and above block
     */
    failOn: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL';
    /**
     * What a finding that no version fixes yet does
     */
    unfixable: 'REPORT' | 'REPORT_UNLESS_EXPLOITED' | 'BLOCK';
    /**
     * Severity of a finding for which neither the tool nor a CVSS gives one
     */
    defaultSeverity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL';
    /**
     * Report only; never block
     */
    auditOnly: boolean;
  };
  /**
   * Waivers from the CDK app; those from a bucket are read at run time
   *
   * Items: One waiver: a finding that is accepted for a while, by somebody, for a reason
   */
  waivers: {
    /**
     * CVE, rule or plugin id that is waived
     */
    id?: string;
    /**
     * Name of the package that is waived; with an id, both must match
     */
    package?: string;
    /**
     * Glob over the path or URL; with an id or package, all must match
     */
    path?: string;
    /**
     * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
     */
    gate?: string;
    /**
     * Why it is acceptable
     */
    reason: string;
    /**
     * Who answers for it
     */
    owner: string;
    /**
     * Last day on which it holds, as YYYY-MM-DD
     */
    expires: string;
    /**
     * Where it is tracked
     */
    ticket?: string;
  }[];
  /**
   * always: send every finding to Security Hub. unlessInspectorDid: not those that Amazon Inspector sends itself
   */
  securityHub: 'always' | 'unlessInspectorDid';
  /**
   * What a registry scan that cannot read the image means
   */
  unsupportedImage?: 'ERROR' | 'RELY_ON_IMAGE_SCAN';
}

/**
 * What a scanner job sends to its own alias of the normalizer: a pointer to the report, never the report. Gate, policy and waivers follow from the alias.
 */
export interface GateRequest {
  /**
   * Version of this contract
   */
  version: 1;
  /**
   * Id of the run: exported once by the checkout job and used by everything after it, so that a stage rollback presents the evidence of the run that it returns to
   */
  runId: string;
  /**
   * The tool that wrote the report
   */
  scanner: {
    /**
     * Name of the tool
     */
    name: string;
    /**
     * Version of the tool
     */
    version: string;
  };
  /**
   * Where the report lies, and what it is
   */
  report: {
    /**
     * Key in the findings bucket, under the gate's own prefix
     */
    key: string;
    /**
     * S3 version of the object, so that a later write cannot replace it
     */
    versionId: string;
    /**
     * SHA-256 of the report's bytes
     */
    sha256: string;
  };
  /**
   * The execution that asks
   */
  execution: {
    /**
     * Name of the pipeline
     */
    pipeline: string;
    /**
     * Id of the pipeline's execution
     */
    executionId: string;
    /**
     * Source repository
     */
    repository: string;
    /**
     * Branch
     */
    branch: string;
    /**
     * Commit, or the version of an S3 source
     */
    commit: string;
  };
  /**
   * The image that the report is about
   */
  image?: {
    /**
     * Repository, without tag or digest
     */
    repository?: string;
    /**
     * Digest of the manifest: what is pushed and deployed
     */
    digest: string;
    /**
     * Digest of the image configuration: what scanners report as the image's id
     */
    configDigest: string;
  };
  /**
   * URL that a dynamic scan looked at
   */
  target?: string;
}

/**
 * What a gate decided about one report. Written once, by the normalizer only.
 */
export interface Verdict {
  /**
   * Version of this contract
   */
  version: 1;
  /**
   * Id of the run: exported once by the checkout job and used by everything after it, so that a stage rollback presents the evidence of the run that it returns to
   */
  runId: string;
  /**
   * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
   */
  gate: string;
  /**
   * pass: nothing blocks. fail: findings block. error: the gate could not look, which stops the pipeline as fail does
   */
  verdict: 'pass' | 'fail' | 'error';
  /**
   * One sentence for a person: why, and what to do
   */
  reason: string;
  /**
   * Findings in the report by severity, waived ones included
   */
  counts: {
    /**
     * Number of CRITICAL findings
     */
    critical: number;
    /**
     * Number of HIGH findings
     */
    high: number;
    /**
     * Number of MEDIUM findings
     */
    medium: number;
    /**
     * Number of LOW findings
     */
    low: number;
    /**
     * Number of INFORMATIONAL findings
     */
    informational: number;
  };
  /**
   * The first 50 findings that block, worst first
   *
   * @maxItems 50
   *
   * Items: One finding that blocks
   */
  blocking: {
    /**
     * Stable id of the finding
     */
    id: string;
    /**
     * Severity by Security Hub's labels
     */
    severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL';
    /**
     * What it is
     */
    title: string;
    /**
     * Package, if it is about one
     */
    package?: string;
    /**
     * Installed version
     */
    installed?: string;
    /**
     * Version that fixes it
     */
    fixed?: string;
    /**
     * File and line, URL, or path in the image
     */
    location?: string;
  }[];
  /**
   * Number of findings that block
   */
  blockingTotal: number;
  /**
   * Number of findings that a waiver covers
   */
  waived: number;
  /**
   * Findings that Security Hub took as new
   */
  imported: number;
  /**
   * Findings that Security Hub took as changed
   */
  updated: number;
  /**
   * Findings that were closed because they are gone
   */
  archived: number;
  /**
   * The report that was judged
   */
  report: {
    /**
     * Key in the findings bucket
     */
    key: string;
    /**
     * SHA-256 of the report's bytes
     */
    sha256: string;
  };
  /**
   * The image that the report is about
   */
  image?: {
    /**
     * Repository, without tag or digest
     */
    repository?: string;
    /**
     * Digest of the manifest: what is pushed and deployed
     */
    digest: string;
    /**
     * Digest of the image configuration: what scanners report as the image's id
     */
    configDigest: string;
  };
  /**
   * SHA-256 of the gate's policy as it was applied
   */
  policySha256: string;
  /**
   * SHA-256 of the waivers as they were applied
   */
  waiversSha256: string;
  /**
   * True if the gate's policy only reports and never blocks; every brief says so
   */
  auditOnly: boolean;
  /**
   * Console link of the report
   */
  reportUrl: string;
}

/**
 * Findings that are accepted for a while. They come from the CDK app or from an S3 object that the normalizer is configured with, never from the scanned repository.
 */
export interface WaiverList {
  /**
   * Version of this contract
   */
  version: 1;
  /**
   * The waivers
   *
   * @maxItems 10000
   *
   * Items: One waiver: a finding that is accepted for a while, by somebody, for a reason
   */
  waivers: {
    /**
     * CVE, rule or plugin id that is waived
     */
    id?: string;
    /**
     * Name of the package that is waived; with an id, both must match
     */
    package?: string;
    /**
     * Glob over the path or URL; with an id or package, all must match
     */
    path?: string;
    /**
     * Id of the gate; also the name of its alias of the normalizer and its prefix in the findings bucket
     */
    gate?: string;
    /**
     * Why it is acceptable
     */
    reason: string;
    /**
     * Who answers for it
     */
    owner: string;
    /**
     * Last day on which it holds, as YYYY-MM-DD
     */
    expires: string;
    /**
     * Where it is tracked
     */
    ticket?: string;
  }[];
}
