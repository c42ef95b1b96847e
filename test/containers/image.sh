# shellcheck shell=bash
# shellcheck disable=SC2154 # $work and its like are set by who sources this.
# Makes the base and the image, and runs what is in it as an engine would: as its user, in its environment,
# with a root that cannot be written to.

driver=overlay

# An engine's storage of our own, which is gone afterwards.
build() {
  TMPDIR=$work buildah --root "$work/storage" --runroot "$work/run" --storage-driver "$driver" "$@"
}

# The packages every Debian has, from where this machine has its own; Node as npm has it.
make_base() {
  local suite mirror container
  # Not every file system lets layers lie over each other.
  build images || driver=vfs
  suite=$(source /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(find_mirror "$suite")
  [[ -n $mirror ]] || { echo "no mirror of $suite is known"; return 1; }
  apt-config dump | grep --extended-regexp '^Acquire::https?::' >"$work/apt.conf"
  mmdebstrap --variant=essential --include=libstdc++6 --aptopt="$work/apt.conf" --dpkgopt=force-unsafe-io \
    "$suite" "$work/debian.tar" "$mirror" || return
  install_node || return
  container=$(build from scratch) &&
    build add --quiet "$container" "$work/debian.tar" / &&
    build add --quiet "$container" "$work/node" /usr/local &&
    build config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container" &&
    build commit --rm --quiet "$container" "$base"
}

find_mirror() { # suite
  # shellcheck disable=SC2016 # apt-get replaces these names.
  apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$1" '$1 == "Debian" && $2 == suite && $3 == "main" { print $4; exit }'
}

# As the official images have it, below /usr/local, with the npm of this machine and its way to the registry.
install_node() {
  local package npm
  # shellcheck disable=SC2016 # ${} in single quotes is JavaScript.
  package=$(node -p '`node-${process.platform}-${process.arch}`')
  npm=$(dirname "$(dirname "$(realpath "$(command -v npm)")")")
  npm install --prefix "$work/npm" --no-save --ignore-scripts "$package@$node_version" || return
  mkdir -p "$work"/node/{bin,etc,lib/node_modules} &&
    cp "$work/npm/node_modules/$package/bin/node" "$work/node/bin/" &&
    cp -R "$npm" "$work/node/lib/node_modules/npm" &&
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/bin/npm" &&
    write_npm_settings
}

write_npm_settings() {
  local name value authority user settings="$work/node/etc/npmrc"
  user=$(npm config get userconfig)
  [[ ! -f $user ]] || install --mode=600 "$user" "$settings"
  for name in registry proxy https-proxy noproxy; do
    value=$(npm config get "$name")
    [[ $value =~ ^(null|undefined|)$ ]] || echo "$name=$value" >>"$settings"
  done
  authority=$(npm config get cafile)
  [[ -f $authority ]] || authority=${NODE_EXTRA_CA_CERTS:-}
  [[ ! -f $authority ]] || cp "$authority" "$work/node/etc/authority.pem"
  [[ ! -f $authority ]] || echo 'cafile=/usr/local/etc/authority.pem' >>"$settings"
}

build_image() {
  build bud --format docker --isolation chroot --network host --pull-never --build-arg "BASE=$base" \
    --tag "$image" . && read_image_settings
}

read_image_settings() {
  build inspect --type image "$image" >"$work/image.json" &&
    node test/containers/read-image.js "$work/image.json" >"$work/image-settings.sh" || return
  # shellcheck source=/dev/null
  source "$work/image-settings.sh"
}

# Its entrypoint with the given arguments.
elute() {
  in_image "${entrypoint[@]}" "$@"
}

in_image() { # command …
  make_words "$@"
  "${words[@]}"
}

# The command that runs a command in the image; a process of its own ends with it.
make_words() { # command …
  # shellcheck disable=SC2016 # Replaced in the shell that has mounts of its own.
  words=(unshare --mount bash -c '
    root=$1 data=$2 user=$3 && shift 3 &&
      mount --bind "$root" "$root" && mount --options remount,bind,ro "$root" &&
      mount --rbind /dev "$root/dev" && mount --types proc proc "$root/proc" &&
      mount --bind "$data" "$root/data" || exit 70
    exec chroot --userspec="$user" "$root" "$@"'
    bash "$root" "$work/data" "$user"
    env --ignore-environment --chdir="$directory" "${environment[@]}" "${database[@]}" "$@")
}
