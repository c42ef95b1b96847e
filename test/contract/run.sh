#!/usr/bin/env bash
# Sends made-up requests to every operation of a running server and holds its answers against its own
# OpenAPI document: `npm run test:contract`. Ends with 77 where it cannot run, and says why.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
source test/support/python.sh
unset DATABASE_URL

seconds=${ELUTE_CONTRACT_SECONDS:-75}
venv=test/contract/.venv
checks=not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance
skipped=77
work=$(mktemp -d)
server=

main() {
  trap stop EXIT
  make_environment "$venv" test/contract/requirements.txt || { echo "SKIPPED: $reason"; exit "$skipped"; }
  # 3: some rows of the samples are rejected, as they shall be.
  elute load samples >"$work/load.txt" 2>&1 || (($? == 3)) || { cat "$work/load.txt"; exit 1; }
  start_server || { cat "$work/log.txt"; exit 1; }
  "$venv/bin/schemathesis" run "$address/api/v1/openapi.json" \
    --header "Authorization: Bearer $(elute token create contract --scope admin 2>"$work/token.txt")" \
    --checks "$checks" --phases examples,coverage,fuzzing --max-time "$seconds" --seed 1 \
    --request-timeout 20 --continue-on-failure --warnings off --no-color
}

elute() {
  node dist/main.js "$@" --directory "$work/elute"
}

start_server() {
  node dist/main.js serve --directory "$work/elute" --port 0 --rate-limit 1000000 \
    >"$work/address.txt" 2>"$work/log.txt" &
  server=$!
  until grep -q '^http' "$work/address.txt"; do
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.2
  done
  read -r address <"$work/address.txt"
}

stop() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi
  [[ ! -d $work/elute ]] || elute database stop >"$work/stop.txt"
  rm -rf "$work"
}

main "$@"
