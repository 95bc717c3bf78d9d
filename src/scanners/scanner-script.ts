import { existsSync, statSync } from 'node:fs';
import { invalid } from '../private/validate';

/**
 * The script that runs a scanner in its job.
 *
 * It is started by bash in an empty directory with `DEVSECOPS_INPUT` (the image archive, the directory with the commit,
 * or the URL to scan), `DEVSECOPS_REPORT` (the file that it must write) and the directory of its tools in `PATH`. Its exit
 * code decides nothing: the report does, and a report that is missing, empty or of another form ends the gate with `error`.
 */
export class ScannerScript {
  /**
   * A bash script of the CDK app. It is shipped with the app's assets, never taken from the scanned repository.
   *
   * @param path path of the file, absolute or relative to the working directory of synth
   * @throws if there is no such file
   */
  public static fromFile(path: string): ScannerScript {
    if (!existsSync(path) || !statSync(path).isFile()) {
      throw invalid({ prop: 'script', rule: 'must be an existing file', value: path, remedy: 'give the path of a bash script in the CDK app' });
    }
    return new ScannerScript(path, undefined);
  }

  /**
   * A script of the library.
   *
   * @internal
   */
  public static _ofLibrary(name: string): ScannerScript {
    return new ScannerScript(undefined, name);
  }

  private constructor(
    /** @internal */
    public readonly _file: string | undefined,
    /** @internal */
    public readonly _libraryScript: string | undefined,
  ) {}
}
