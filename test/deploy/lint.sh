#!/usr/bin/env bash
# Holds what deploy/ has for Kubernetes and AWS against what these take: `npm run lint:deploy`. Ends with 77
# where it cannot run, and says why.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
source test/support/python.sh

venv=test/deploy/.venv
make_environment "$venv" test/deploy/requirements.txt || { echo "SKIPPED: $reason"; exit 77; }
status=0
# The kustomization is no resource of a cluster; a test of its own reads it.
find deploy/kubernetes -name '*.yaml' ! -name kustomization.yaml -print0 |
  xargs -0 "$venv/bin/kubernetes-validate" --strict || status=1
"$venv/bin/cfn-lint" --non-zero-exit-code informational -- deploy/lambda/template.yaml deploy/aws/*.yaml || status=1
exit "$status"
