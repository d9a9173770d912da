#!/bin/sh
# rolldown lets an imported module believe that it was started as the program.
#
# Software:  rolldown 1.2.19, Node 24.21.0
# Expected:  import.meta.main stays false in a module that is only imported.
# Behaviour: in the bundle it is the flag of the whole file, so the `if (import.meta.main)`
#            of every module runs when the bundle starts.
# Seen:
#   module: main
#   bundle: helper starts, main
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" rolldown@1.2.19 \
  "node-linux-$(node -p process.arch)@24.21.0" >/dev/null 2>&1 ||
  { echo 'cannot install rolldown 1.2.19 and Node 24.21.0' >&2; exit 2; }
cd "$tmp" || exit 2
echo 'if (import.meta.main) console.log("helper starts"); export const name = "main";' >helper.mjs
echo 'import { name } from "./helper.mjs"; console.log(name);' >module.mjs
node node_modules/rolldown/bin/cli.mjs module.mjs -o bundle.mjs >/dev/null 2>&1
run() { node_modules/node-linux-*/bin/node "$1" 2>&1 | paste -sd, | sed 's/,/, /g'; }
seen="module: $(run module.mjs)
bundle: $(run bundle.mjs)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
