#!/usr/bin/env bash
set -euo pipefail
# shellcheck source=src/jobs/scripts/not-implemented.sh
. "${DEVSECOPS_HOME:?}/jobs/not-implemented.sh"
not_implemented dynamic-gate
