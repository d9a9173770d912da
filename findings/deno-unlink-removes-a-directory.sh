#!/bin/sh
# Deno's unlinkSync removes an empty directory.
#
# Software:  deno 2.9.5, against Node 20 or newer
# Expected:  EISDIR (or EPERM): unlink(2) removes no directory.
# Behaviour: under Deno the directory is gone without an error, so code that relies on the
#            error to leave directories in place removes them.
# Seen:
#   node: EISDIR, the directory is there
#   deno: no error, the directory is gone
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.5 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.5' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { existsSync, mkdirSync, unlinkSync } from "node:fs";

const name = `directory-${process.pid}`;
mkdirSync(name);
try {
  unlinkSync(name);
  console.log("no error");
} catch ({ code }) {
  console.log(code);
}
console.log(existsSync(name) ? "the directory is there" : "the directory is gone");
EOF
run() { "$@" 2>&1 | paste -sd, | sed 's/,/, /g'; }
seen="node: $(run node run.mjs)
deno: $(run node_modules/@deno/*/deno run -A --no-prompt run.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
