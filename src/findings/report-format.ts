/** The form of a scanner's report: decides which parser of the normalizer reads it. */
export enum ReportFormat {
  /** Lines of git-secrets, `<commit>:<path>:<line>:<text>`. */
  GIT_SECRETS = 'git-secrets',
  /** JSON of gitleaks. */
  GITLEAKS = 'gitleaks',
  /** JSON of Grype. */
  GRYPE = 'grype',
  /** Vulnerability JSON of anchorectl or Anchore Engine. */
  ANCHORECTL = 'anchorectl',
  /** JSON of `snyk container test` or `snyk test`. */
  SNYK = 'snyk',
  /** SARIF of `snyk code test`. */
  SNYK_CODE = 'snyk-code',
  /** JSON of Semgrep. */
  SEMGREP = 'semgrep',
  /** SARIF 2.1.0 of any tool. */
  SARIF = 'sarif',
  /** Traditional JSON report of ZAP. */
  ZAP = 'zap',
  /** `DescribeImageScanFindings` of Amazon ECR, basic or enhanced. */
  ECR = 'ecr',
  /** JSON of Trivy. */
  TRIVY = 'trivy',
  /** JSON of Checkov. */
  CHECKOV = 'checkov',
}

/** Which state of findings a gate keeps: what is open in a candidate may be closed in what runs. */
export enum FindingsEnvironment {
  /** A candidate for release: gates before anything is deployed. */
  CANDIDATE = 'candidate',
  /** What runs in staging. */
  STAGING = 'staging',
  /** What runs in production. */
  PRODUCTION = 'production',
}

/** Which findings are sent to Security Hub. All are judged and stored in any case. */
export enum FindingsImport {
  /** All of them. */
  ALWAYS = 'always',
  /** Not those of enhanced scanning, which Amazon Inspector sends itself. */
  UNLESS_INSPECTOR_DID = 'unlessInspectorDid',
}

/** What it means if the registry cannot scan an image, because of its operating system or format. */
export enum UnsupportedImage {
  /** The gate ends with `error`: nobody looked. */
  ERROR = 'ERROR',
  /** The scan of the image archive counts, and the brief says so. */
  RELY_ON_IMAGE_SCAN = 'RELY_ON_IMAGE_SCAN',
}
