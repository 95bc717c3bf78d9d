#!/usr/bin/env bash
# Writes one SARIF result per package of package-lock.json whose licence starts with one of FORBIDDEN_LICENCES.
# Without a lock file there is no report: the gate then ends with `error`, not with `pass`.
set -euo pipefail
jq --arg forbidden "${FORBIDDEN_LICENCES:?}" '
  ($forbidden | split(" ")) as $names
  | [ .packages | to_entries[]
      | select(.key != "" and (.value.license | type == "string"))
      | select(.value.license as $licence | any($names[]; . as $name | $licence | startswith($name)))
      | { ruleId: "forbidden-licence", level: "error",
          message: { text: "\(.key) \(.value.version) is under \(.value.license)" },
          locations: [{ physicalLocation: { artifactLocation: { uri: "package-lock.json" } } }] } ] as $results
  | { version: "2.1.0",
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      runs: [{ tool: { driver: { name: "licences", version: "1.0.0", rules: [{ id: "forbidden-licence" }] } }, results: $results }] }
' "${DEVSECOPS_INPUT:?}/package-lock.json" >"${DEVSECOPS_REPORT:?}"
