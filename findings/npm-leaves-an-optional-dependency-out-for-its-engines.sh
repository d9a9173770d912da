#!/bin/sh
# npm leaves an optional dependency out when `engines` does not fit, and says nothing.
#
# Software:  npm 11.19.1
# Expected:  as for any dependency: installed, with a warning, since engine-strict is off.
# Behaviour: for an optional dependency `engines` decides as `os` and `cpu` do. It is not
#            installed, the exit code is 0, and the program takes the way without it.
# Seen:
#   dependencies: exit 0, installed
#   optionalDependencies: exit 0, missing
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
cd "$tmp" || exit 2
mkdir one
echo '{ "name": "one", "version": "1.0.0", "engines": { "node": ">=999" } }' >one/package.json
(cd one && node ../node_modules/npm/bin/npm-cli.js pack --silent >/dev/null 2>&1)
try() {
  mkdir "$1" && cd "$1" || exit 2
  echo "{ \"name\": \"p\", \"version\": \"1.0.0\", \"$1\": { \"one\": \"file:../one/one-1.0.0.tgz\" } }" >package.json
  node ../node_modules/npm/bin/npm-cli.js i --no-audit --no-fund --offline >/dev/null 2>&1
  code=$?
  [ -d node_modules/one ] && there=installed || there=missing
  cd .. && echo "$1: exit $code, $there"
}
seen=$(
  try dependencies
  try optionalDependencies
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
