# shellcheck shell=bash disable=SC2034
# Packages of Python in a virtual environment of their own, installed once; $reason says why they cannot be had.
make_environment() { # folder, file of requirements
  local output
  reason='no python3 with venv'
  [[ -x $1/bin/python ]] || output=$(python3 -m venv "$1" 2>&1) || return
  reason='its packages cannot be installed'
  output=$("$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" 2>&1) && return
  echo "$output"
  return 1
}
