#!/bin/sh
# Deno connects to a permitted name and port but does not look the name up.
#
# Software:  deno 2.9.6
# Expected:  with --allow-net=localhost:9 both, or neither: node:net itself looks the name up
#            before it connects.
# Behaviour: dns.lookup has no port and needs the permission for the whole name, for every
#            port. A program that looks names up by itself, to try each address, gets EPERM.
# Seen:
#   --allow-net=localhost:9: connect ECONNREFUSED, lookup EPERM
#   --allow-net=localhost: connect ECONNREFUSED, lookup done
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.6 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.6' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { lookup } from "node:dns";
import { connect } from "node:net";

const connected = await new Promise((resolve) => {
  connect(9, "localhost").on("connect", resolve).on("error", ({ code }) => resolve(code));
});
const found = await new Promise((resolve) => {
  lookup("localhost", (error) => resolve(error ? error.code : "done"));
});
console.log(`connect ${connected}, lookup ${found}`);
process.exit();
EOF
try() { echo "$1: $(node_modules/@deno/*/deno run --no-prompt --allow-env "$1" run.mjs 2>&1)"; }
seen=$(
  try --allow-net=localhost:9
  try --allow-net=localhost
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
