#!/bin/sh
# Node raises a heap option on the command line, and takes it as it is at run time.
#
# Software:  Node 24.22.3 (V8 13.6)
# Expected:  --semi-space-growth-factor=1 keeps the young generation of the heap at its first
#            size, on the command line as with v8.setFlagsFromString(); or it is refused.
# Behaviour: on the command line 1 silently counts as 2, so the young generation grows as without
#            the option. Set at run time, after that check, 1 is taken, and it never grows.
# Seen:
#   no option: grew
#   command line: grew
#   run time: did not grow
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" "node-linux-$(node -p process.arch)@24.22.3" >/dev/null 2>&1 ||
  { echo 'cannot install Node 24.22.3' >&2; exit 2; }
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

const how = process.argv[2];
if (how === "run time") setFlagsFromString("--semi-space-growth-factor=1");
const kept = [];
for (let index = 0; index < 400_000; index++) kept.push({ index, text: `${index}` });
const { space_size: bytes } = getHeapSpaceStatistics().find(
  ({ space_name: name }) => name === "new_space",
);
console.log(`${how}: ${bytes > 8 * 1024 * 1024 ? "grew" : "did not grow"}`);
EOF
node=$(echo "$tmp"/node_modules/node-linux-*/bin/node)
seen=$(
  "$node" run.mjs 'no option' 2>&1
  "$node" --semi-space-growth-factor=1 run.mjs 'command line' 2>&1
  "$node" run.mjs 'run time' 2>&1
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
