#!/usr/bin/env bash
# Makes .tools/python, a virtual environment with the pinned tools of the checks, unless it is there already.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
requirements="$root/build-tools/requirements.txt"
environment="$root/.tools/python"
stamp="$environment/.requirements"
if ! cmp -s "$requirements" "$stamp"; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$stamp"
fi
