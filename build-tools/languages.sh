#!/usr/bin/env bash
# Builds the packages of the library as they are published, installs them into the examples and synthesizes these: the
# Python and Java templates must be those of TypeScript. Works in a scratch directory and leaves the packages in dist/.
# Needs what `npm ci` installed, Python 3 with venv, a JDK and Maven; Go and .NET are checked as far as they are there.
# shellcheck disable=SC2329 # Functions are called by name, through step.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist="$root/dist"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION=1 PIP_DISABLE_PIP_VERSION_CHECK=1 npm_config_update_notifier=false
export PATH="$root/node_modules/.bin:$PATH"
readonly SKIPPED=77
passed=0 failed=0 skipped=0

# step <name> <function> [argument...]: a function that returns $SKIPPED says why in its last line.
step() {
  local name=$1 log="$work/step.log" start=$SECONDS status
  shift
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  case $status in
    0) printf 'ok      %4d s  %s\n' $((SECONDS - start)) "$name" && passed=$((passed + 1)) ;;
    "$SKIPPED") printf 'skipped %4d s  %s: %s\n' $((SECONDS - start)) "$name" "$(tail -n 1 "$log")" && skipped=$((skipped + 1)) ;;
    *)
      printf 'FAILED  %4d s  %s\n' $((SECONDS - start)) "$name" && failed=$((failed + 1))
      tail -n 60 "$log" | sed 's/^/    /'
      return 1
      ;;
  esac
}

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  exit $((failed > 0))
}

# A copy, so that nothing in the checkout changes under other commands.
compile() {
  mkdir "$work/library"
  cd "$root"
  git ls-files -z --cached --others --exclude-standard -- . ':!examples' \
    | while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done \
    | tar --create --null --files-from=- | tar --extract --directory "$work/library"
  ln -s "$root/node_modules" "$work/library/node_modules"
  cd "$work/library"
  projen pre-compile
  projen compile
}

package() {
  rm -rf "${dist:?}/$1"
  cd "$work/library"
  jsii-pacmak --target "$1" --outdir "$dist"
}

version() {
  node --print "require('$work/library/package.json').version"
}

# example <language>: a copy of it, as somebody has it who starts from it.
example() {
  cp -r "$root/examples/$1" "$work/$1"
  cd "$work/$1"
  rm -rf cdk.out node_modules target
}

# Runs the app as the CDK CLI does.
synth() {
  CDK_OUTDIR="$PWD/cdk.out" bash -c "$(node --print "require('./cdk.json').app")"
}

typescript_example() {
  example typescript
  npm install --no-audit --no-fund "$dist"/js/cdk-devsecops-eks@*.tgz
  npx --no-install tsc --project .
  synth
}

python_example() {
  example python
  python3 -m venv "$work/venv"
  export PATH="$work/venv/bin:$PATH"
  pip install --quiet --requirement requirements.txt "$dist"/python/*.whl
  synth
}

java_example() {
  local layer=software.amazon.awscdk:cdk-lambda-layer-kubectl-v34:2.2.1
  example java
  mkdir .mvn
  printf -- '--batch-mode\n--no-transfer-progress\n-Dmaven.repo.local=%s\n-Dcdk-devsecops-eks.version=%s\n' "$work/m2" "$(version)" >.mvn/maven.config
  mkdir "$work/m2"
  cp -r "$dist/java/." "$work/m2"
  # Where Maven Central cannot give the kubectl layer, it is built from its npm package, as its publisher does.
  if ! mvn --quiet dependency:get -Dtransitive=false -Dartifact="$layer"; then
    echo "$layer is not to be had; building it from the npm package"
    jsii-pacmak --target java --no-npmignore --outdir "$work/layer" "$work/typescript/node_modules/@aws-cdk/lambda-layer-kubectl-v34"
    cp -r "$work/layer/java/." "$work/m2"
  fi
  synth
}

same_templates() {
  cd "$root"
  ts-node --project tsconfig.dev.json build-tools/languages/compare-templates.ts "$work/typescript/cdk.out" "$work/$1/cdk.out"
}

same_scripts() {
  cmp "$root"/examples/typescript/licences.sh "$root"/examples/python/licences.sh
  cmp "$root"/examples/typescript/licences.sh "$root"/examples/java/licences.sh
}

go_compiles() {
  if ! command -v go; then
    echo 'no Go on this machine'
    return "$SKIPPED"
  fi
  cd "$work/library"
  jsii-pacmak --target go --code-only --outdir "$work"
  cd "$work/go/cdkdevsecopseks"
  gofmt -e -l . # Parses it.
  if ! GOFLAGS=-mod=mod go mod download 2>"$work/go.log"; then
    echo "generated and parsed only: $(tail -n 1 "$work/go.log")"
    return "$SKIPPED"
  fi
  local status=0
  GOFLAGS=-mod=mod timeout 180 go vet ./... || status=$?
  if ((status == 124)); then
    echo 'generated and parsed only: compiling the Go package of aws-cdk-lib took more than 3 minutes'
    return "$SKIPPED"
  fi
  return "$status"
}

dotnet_compiles() {
  if ! command -v dotnet; then
    echo 'no .NET SDK on this machine'
    return "$SKIPPED"
  fi
  package dotnet
}

step 'compile a copy' compile || finish
step 'npm package' package js
step 'Python package' package python
step 'Java package' package java
step 'TypeScript example, from the tarball' typescript_example
step 'Python example, from the wheel' python_example
step 'Java example, from the jar' java_example
step 'the Python templates are those of TypeScript' same_templates python
step 'the Java templates are those of TypeScript' same_templates java
step 'the examples have the same script' same_scripts
step 'Go package compiles' go_compiles
step '.NET package compiles' dotnet_compiles
finish
