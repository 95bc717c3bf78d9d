import { existsSync, statSync } from 'node:fs';
import { CustomScannerProps, customScanner, ScannerConfig } from './scanner-config';
import { ScannerScript } from './scanner-script';
import { ReportFormat } from '../findings/report-format';
import { invalid } from '../private/validate';
import { ToolPin } from '../tools/tool-version';

/** Options of `SecretsScanner.gitSecrets()`. */
export interface GitSecretsOptions {
  /**
   * Further patterns, beside those for AWS keys: extended regular expressions of `git grep`.
   *
   * @default - AWS patterns only
   */
  readonly patterns?: string[];

  /**
   * Patterns that are no secret although another one matches. They come from the CDK app; a `.gitallowed` in the
   * repository has no effect.
   *
   * @default - none
   */
  readonly allowedPatterns?: string[];

  /**
   * Another release of git-secrets.
   *
   * @default - the library's pin
   */
  readonly tool?: ToolPin;
}

/** Options of `SecretsScanner.gitleaks()`. */
export interface GitleaksOptions {
  /**
   * A gitleaks configuration file of the CDK app. A `.gitleaks.toml` in the repository has no effect.
   *
   * @default - the rules that gitleaks brings
   */
  readonly configFile?: string;

  /**
   * Another release of gitleaks.
   *
   * @default - the library's pin
   */
  readonly tool?: ToolPin;
}

/** A tool that finds passwords and keys in the history of the source. */
export abstract class SecretsScanner {
  /**
   * git-secrets with the patterns for AWS keys.
   *
   * @param options what else it looks for
   */
  public static gitSecrets(options: GitSecretsOptions = {}): SecretsScanner {
    requirePatterns('patterns', options.patterns);
    requirePatterns('allowedPatterns', options.allowedPatterns);
    return new ConfiguredSecretsScanner({
      scannerName: 'git-secrets',
      reportFormat: ReportFormat.GIT_SECRETS,
      script: ScannerScript._ofLibrary('scanners/git-secrets.sh'),
      tools: ['git-secrets'],
      toolPins: options.tool && { 'git-secrets': options.tool },
      environment: {
        ...(options.patterns && { SECRET_PATTERNS: JSON.stringify(options.patterns) }),
        ...(options.allowedPatterns && { ALLOWED_PATTERNS: JSON.stringify(options.allowedPatterns) }),
      },
    });
  }

  /**
   * gitleaks, which knows the keys of some hundred services.
   *
   * @param options its configuration
   * @throws if there is no such configuration file
   */
  public static gitleaks(options: GitleaksOptions = {}): SecretsScanner {
    const { configFile } = options;
    if (configFile !== undefined && (!existsSync(configFile) || !statSync(configFile).isFile())) {
      throw invalid({ prop: 'configFile', rule: 'must be an existing file', value: configFile, remedy: 'give the path of a gitleaks configuration in the CDK app' });
    }
    return new ConfiguredSecretsScanner({
      scannerName: 'gitleaks',
      reportFormat: ReportFormat.GITLEAKS,
      script: ScannerScript._ofLibrary('scanners/gitleaks.sh'),
      tools: ['gitleaks'],
      toolPins: options.tool && { gitleaks: options.tool },
      assetPaths: configFile === undefined ? undefined : { GITLEAKS_CONFIG_ASSET: configFile },
    });
  }

  /**
   * A scanner that the library does not know. Its script gets the directory of the clone as `DEVSECOPS_INPUT`.
   *
   * @param props its script, report format and tools
   */
  public static custom(props: CustomScannerProps): SecretsScanner {
    return new ConfiguredSecretsScanner(customScanner(props));
  }

  /** What the scanner needs in its job. */
  public abstract bind(): ScannerConfig;
}

class ConfiguredSecretsScanner extends SecretsScanner {
  constructor(private readonly config: ScannerConfig) {
    super();
  }

  public bind(): ScannerConfig {
    return this.config;
  }
}

function requirePatterns(prop: string, patterns: string[] | undefined): void {
  for (const pattern of patterns ?? []) {
    if (pattern.trim() === '' || /[\r\n]/.test(pattern)) {
      throw invalid({ prop, rule: 'must hold regular expressions of one line', value: pattern, remedy: 'write one pattern per entry' });
    }
  }
}
