#!/bin/sh
# Deno's spawnSync without permission returns neither a status nor an error.
#
# Software:  deno 2.9.6, against Node 20 or newer
# Expected:  NotCapable, which spawn hands over, or `error` is set, as Node does for a
#            program that it cannot start (here one that does not exist).
# Behaviour: with --allow-env and without --allow-run an empty object comes back. Code that
#            looks for `error`, or for a `status` above 0, sees nothing wrong.
# Seen:
#   node: status null, error ENOENT
#   deno, permitted: status undefined, error ENOENT
#   deno, not permitted: status undefined, error undefined
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.6 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.6' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { spawnSync } from "node:child_process";

try {
  const { status, error } = spawnSync("/nonexistent/program", []);
  console.log(`status ${status}, error ${error?.code}`);
} catch ({ name, message }) {
  console.log(`thrown ${name} ${message}`);
}
EOF
run() { node_modules/@deno/*/deno run --no-prompt --allow-env "$@" run.mjs 2>&1; }
seen="node: $(node run.mjs 2>&1)
deno, permitted: $(run --allow-run)
deno, not permitted: $(run)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
