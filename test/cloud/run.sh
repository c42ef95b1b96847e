#!/usr/bin/env bash
# Runs Elute against S3, SQS and Secrets Manager as moto and s3rver speak them on this machine:
# `npm run test:cloud`. Ends with 77 where these cannot be had, and says why.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
source test/support/python.sh
unset DATABASE_URL AWS_PROFILE AWS_ENDPOINT_URL_S3

venv=test/cloud/.venv
store=test/cloud/.s3rver
skipped=77
work=$(mktemp -d)
servers=()

main() {
  trap stop EXIT
  prepare || { echo "SKIPPED: $reason"; exit "$skipped"; }
  start moto "$venv/bin/moto_server" -H 127.0.0.1 -p 0 || exit 1
  export AWS_ENDPOINT_URL=$address ELUTE_TEST_AWS=$address
  start s3rver "$store/node_modules/.bin/s3rver" --directory "$work/objects" --address 127.0.0.1 --port 0 || exit 1
  export ELUTE_TEST_STORE=$address
  # s3rver knows these keys alone, moto takes any.
  export AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_REGION=us-east-1
  export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true
  npx vitest run --config test/cloud/vitest.config.ts "$@"
}

# What speaks the protocols, installed once.
prepare() {
  make_environment "$venv" test/cloud/requirements.txt || return
  reason='s3rver cannot be installed'
  [[ -x $store/node_modules/.bin/s3rver ]] ||
    npm install --prefix "$store" --no-save --ignore-scripts s3rver@3.7.1 >"$work/npm.txt" 2>&1 ||
    { cat "$work/npm.txt"; return 1; }
}

# Starts a server on a free port; its address is what it says of it.
start() { # name, command …
  "${@:2}" >"$work/$1.txt" 2>&1 &
  servers+=("$!")
  until grep -qE '127\.0\.0\.1:[0-9]+' "$work/$1.txt"; do
    kill -0 "${servers[-1]}" 2>/dev/null || { cat "$work/$1.txt"; return 1; }
    sleep 0.2
  done
  address=http://$(grep -oE '127\.0\.0\.1:[0-9]+' "$work/$1.txt" | head -1)
}

stop() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; done
  rm -rf "$work"
}

main "$@"
