#!/bin/sh
# Deno's copyFileSync refuses to overwrite with an error that has no code.
#
# Software:  deno 2.9.5, against Node 20 or newer
# Expected:  an error whose code is EEXIST, as with writeFileSync and the flag wx, where
#            Deno has the code too.
# Behaviour: COPYFILE_EXCL is honoured, but the error has no code. Code that asks for
#            EEXIST ("there is a backup already") takes it for an unknown failure.
# Seen:
#   node: wx Error EEXIST, excl Error EEXIST
#   deno: wx Error EEXIST, excl Error undefined
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.5 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.5' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { constants, copyFileSync, writeFileSync } from "node:fs";

const name = `backup-${process.pid}`;
writeFileSync(name, "old");
for (const [what, act] of Object.entries({
  wx: () => writeFileSync(name, "new", { flag: "wx" }),
  excl: () => copyFileSync("run.mjs", name, constants.COPYFILE_EXCL),
})) {
  try {
    act();
  } catch (error) {
    console.log(what, error.name, error.code);
  }
}
EOF
run() { "$@" 2>&1 | paste -sd, | sed 's/,/, /g'; }
seen="node: $(run node run.mjs)
deno: $(run node_modules/@deno/*/deno run -A --no-prompt run.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
