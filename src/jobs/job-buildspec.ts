import { codebuildReports, JobSpec } from './job-spec';

/** A buildspec (version 0.2) as CodeBuild reads it. */
export interface Buildspec {
  readonly version: '0.2';
  readonly env: { readonly 'shell': 'bash'; readonly 'exported-variables'?: string[] };
  readonly phases: {
    readonly install: { readonly commands: string[] };
    readonly build: { readonly commands: string[]; readonly finally?: string[] };
  };
  readonly artifacts?: { readonly 'base-directory': string; readonly 'files': string[] };
  readonly reports?: { readonly [reportGroup: string]: { readonly 'files': string[]; readonly 'base-directory': string; readonly 'file-format': 'JUNITXML' } };
}

/**
 * The buildspec of a job: fetch and verify the scripts, write down which tools the job may install, run one script.
 *
 * Everything happens in `build`: CodeBuild runs `post_build` even after a failure, so nothing may be decided there.
 */
export function renderBuildspec(spec: JobSpec, installScripts: string[], toolsJson: string | undefined): Buildspec {
  const exported = spec.exportedVariables ?? [];
  return {
    version: '0.2',
    env: { shell: 'bash', ...(exported.length > 0 && { 'exported-variables': exported }) },
    phases: {
      install: {
        commands: [
          ...installScripts,
          ...(toolsJson === undefined ? [] : [`printf '%s' '${toolsJson}' > "$DEVSECOPS_HOME/tools.json"`]),
          'mkdir -p "$DEVSECOPS_HOME/out" "$DEVSECOPS_HOME/reports" "$DEVSECOPS_HOME/work"',
        ],
      },
      build: {
        // Not in the directory of the artifact: tools read configuration from where they are started.
        commands: ['cd "$DEVSECOPS_HOME/work"', `bash "$DEVSECOPS_HOME/${spec.script}"`],
        // The script leaves its variables as quoted assignments; they are exported on failure too, so that SUMMARY tells why.
        ...(exported.length > 0 && { finally: ['if [ -f "$DEVSECOPS_HOME/exports.sh" ]; then . "$DEVSECOPS_HOME/exports.sh"; fi'] }),
      },
    },
    ...(spec.output && { artifacts: { 'base-directory': '$DEVSECOPS_HOME/out', 'files': ['**/*'] } }),
    ...codebuildReports(spec),
  };
}
