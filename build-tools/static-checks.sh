#!/usr/bin/env bash
# Checks by tools that are not from npm, and that what is generated and committed is current.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 2
bash build-tools/python-tools.sh || exit 1
tools="$root/.tools/python/bin"
passed=0 failed=0

check() {
  local name=$1
  shift
  if "$@"; then
    echo "ok      $name"
    passed=$((passed + 1))
  else
    echo "FAILED  $name"
    failed=$((failed + 1))
  fi
}

scripts_are_clean() {
  git ls-files '*.sh' .ci/run | xargs "$tools/shellcheck" --external-sources
}

# W3005: aws-cdk-lib writes a DependsOn beside a reference. W3010: the example names its zones, so that every language
# synthesizes the same template without an account.
templates_are_valid() {
  npx ts-node --project tsconfig.dev.json build-tools/write-templates.ts &&
  "$tools/cfn-lint" --non-zero-exit-code warning --ignore-checks W3005 W3010 --template "$root"/examples/typescript/cdk.out/*.template.json .tools/templates/*.template.json
}

rules_find_what_they_should() {
  SEMGREP_SEND_METRICS=off PATH="$tools:$PATH" "$tools/semgrep" scan --test --metrics=off --disable-version-check \
    --config src/scanners/semgrep-rules test/scanners/semgrep-rules
}

generated_files_are_current() {
  npx projen docgen && git diff --exit-code --stat -- API.md src/contracts/types.generated.ts
}

check 'shell scripts are clean (shellcheck)' scripts_are_clean
check 'the templates of the example and of the smallest and largest pipeline are valid (cfn-lint)' templates_are_valid
check 'every Semgrep rule finds its flaw and nothing else' rules_find_what_they_should
check 'the code in README.md and doc comments compiles (jsii-rosetta)' npx jsii-rosetta extract --strict
check 'API.md and the types of the contracts are current' generated_files_are_current
echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
