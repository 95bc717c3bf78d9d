import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CustomScannerProps, customScanner, ScannerConfig } from './scanner-config';
import { ScannerScript } from './scanner-script';
import { snykConfig, SnykProps } from './snyk';
import { ReportFormat } from '../findings/report-format';
import { invalid } from '../private/validate';

/** Which rules of the library Semgrep runs. */
export enum SemgrepStarterPack {
  /** The library's own rules for TypeScript, JavaScript, Python, Java, Go and Dockerfiles. */
  INCLUDED = 'INCLUDED',
  /** Only the folders that were given. */
  NONE = 'NONE',
}

/** Options of `CodeScanner.semgrep()`. */
export interface SemgrepOptions {
  /**
   * Folders of the CDK app with Semgrep rules, at most 5. Rules in the scanned repository are not read.
   *
   * @default - the starter pack only
   */
  readonly ruleFolders?: string[];

  /**
   * Whether the library's own rules run.
   *
   * @default SemgrepStarterPack.INCLUDED
   */
  readonly starterPack?: SemgrepStarterPack;
}

/** A tool that finds flaws in the source code (SAST). It never runs the code. */
export abstract class CodeScanner {
  /**
   * Semgrep, offline, with a starter pack and the app's own rules.
   *
   * @param options its rules
   * @throws with no rule at all, with a folder that holds none, or with more folders than a job takes
   */
  public static semgrep(options: SemgrepOptions = {}): CodeScanner {
    const folders = options.ruleFolders ?? [];
    const starterPack = options.starterPack ?? SemgrepStarterPack.INCLUDED;
    if (folders.length === 0 && starterPack === SemgrepStarterPack.NONE) {
      throw invalid({ prop: 'ruleFolders', rule: 'must name a folder when the starter pack is not used', remedy: 'a scan without rules finds nothing: give a folder' });
    }
    if (folders.length > 5) {
      throw invalid({ prop: 'ruleFolders', rule: 'must name at most 5 folders', value: folders.length, remedy: 'put the rules into fewer folders' });
    }
    folders.forEach(requireRules);
    return new ConfiguredCodeScanner({
      scannerName: 'semgrep',
      reportFormat: ReportFormat.SEMGREP,
      script: ScannerScript._ofLibrary('scanners/semgrep.sh'),
      tools: ['semgrep'],
      assetPaths: {
        ...(starterPack === SemgrepStarterPack.INCLUDED && { STARTER_RULES: join(__dirname, '../../assets/semgrep-rules') }),
        ...Object.fromEntries(folders.map((folder, index) => [`RULES_${index + 1}`, folder])),
      },
    });
  }

  /**
   * Snyk Code.
   *
   * @param props its token and organization
   * @throws without a token
   */
  public static snykCode(props: SnykProps): CodeScanner {
    return new ConfiguredCodeScanner(snykConfig(props, ReportFormat.SNYK_CODE, 'scanners/snyk-code.sh'));
  }

  /**
   * A scanner that the library does not know.
   *
   * @param props its script, report format and tools
   */
  public static custom(props: CustomScannerProps): CodeScanner {
    return new ConfiguredCodeScanner(customScanner(props));
  }

  /** What the scanner needs in its job. */
  public abstract bind(): ScannerConfig;
}

class ConfiguredCodeScanner extends CodeScanner {
  constructor(private readonly config: ScannerConfig) {
    super();
  }

  public bind(): ScannerConfig {
    return this.config;
  }
}

function requireRules(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory() || !readdirSync(folder, { recursive: true }).some((file) => /\.ya?ml$/.test(`${file}`))) {
    throw invalid({ prop: 'ruleFolders', rule: 'must name folders with Semgrep rules (*.yaml or *.yml)', value: folder, remedy: 'give the path of a folder in the CDK app' });
  }
}
