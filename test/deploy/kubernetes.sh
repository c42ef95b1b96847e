#!/usr/bin/env bash
# Holds the manifests of deploy/kubernetes against what Kubernetes takes: `npm run lint:deploy`.
# Ends with 77 where it cannot run, and says why.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

venv=test/deploy/.kubernetes-venv
skipped=77
work=$(mktemp -d)

main() {
  trap 'rm -rf "$work"' EXIT
  prepare || { echo "SKIPPED: $reason"; exit "$skipped"; }
  # The kustomization is no resource of a cluster; a test of its own reads it.
  find deploy/kubernetes -name '*.yaml' ! -name kustomization.yaml -print0 |
    xargs -0 "$venv/bin/kubernetes-validate" --strict
}

# A virtual environment with the validator, made once.
prepare() {
  reason='no python3 with venv'
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv" 2>"$work/venv.txt" || return 1
  reason='its packages cannot be installed'
  "$venv/bin/pip" install --quiet --disable-pip-version-check \
    -r test/deploy/kubernetes-requirements.txt 2>"$work/pip.txt" || { cat "$work/pip.txt"; return 1; }
}

main "$@"
