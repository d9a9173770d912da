#!/bin/sh
# Deno's writeFileSync changes the mode of a file that exists.
#
# Software:  deno 2.9.5, against Node 20 or newer
# Expected:  `mode` counts only when the file is created, as open(2) and Node have it.
# Behaviour: under Deno each write sets the mode: a file that an administrator opened for a
#            group is closed again, and one that was closed is opened.
# Seen:
#   node: 640
#   deno: 644
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.5 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.5' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { chmodSync, statSync, writeFileSync } from "node:fs";

const name = `mode-${process.pid}`;
writeFileSync(name, "1");
chmodSync(name, 0o640);
writeFileSync(name, "2", { mode: 0o644 });
console.log((statSync(name).mode & 0o777).toString(8));
EOF
run() { "$@" 2>&1 | paste -sd, | sed 's/,/, /g'; }
seen="node: $(run node run.mjs)
deno: $(run node_modules/@deno/*/deno run -A --no-prompt run.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
