#!/bin/sh
# Deno's spawn adds `env` to the environment of the child, Node replaces it.
#
# Software:  deno 2.9.5, against Node 20 or newer
# Expected:  the child has what `env` says and nothing else, as node:child_process says.
# Behaviour: under Deno the child also gets every variable of the parent. A program that
#            gives a child a clean environment hands its secrets on.
# Seen:
#   node: PARENT is unset
#   deno: PARENT is seen
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.5 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.5' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { spawnSync } from "node:child_process";

process.env.PARENT = "seen";
const options = { env: { PATH: process.env.PATH }, encoding: "utf8" };
const { stdout } = spawnSync("sh", ["-c", 'echo "PARENT is ${PARENT-unset}"'], options);
console.log(stdout.trim());
EOF
run() { "$@" 2>&1 | paste -sd, | sed 's/,/, /g'; }
seen="node: $(run node run.mjs)
deno: $(run node_modules/@deno/*/deno run -A --no-prompt run.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
