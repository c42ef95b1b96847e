#!/usr/bin/env bash
# Holds the CloudFormation templates of deploy/ against what AWS describes of its resources:
# `npm run lint:cloudformation`. Ends with 77 where it cannot run, and says why.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

venv=test/deploy/.cloudformation-venv
skipped=77
work=$(mktemp -d)

main() {
  trap 'rm -rf "$work"' EXIT
  prepare || { echo "SKIPPED: $reason"; exit "$skipped"; }
  "$venv/bin/cfn-lint" --non-zero-exit-code informational -- deploy/lambda/template.yaml deploy/aws/*.yaml
}

# A virtual environment with the linter, made once.
prepare() {
  reason='no python3 with venv'
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv" 2>"$work/venv.txt" || return 1
  reason='its packages cannot be installed'
  "$venv/bin/pip" install --quiet --disable-pip-version-check \
    -r test/deploy/cloudformation-requirements.txt 2>"$work/pip.txt" || { cat "$work/pip.txt"; return 1; }
}

main "$@"
