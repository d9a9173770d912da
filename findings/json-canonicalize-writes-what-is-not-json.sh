#!/bin/sh
# json-canonicalize writes what is not JSON for an array with a function in it.
#
# Software:  json-canonicalize 3.0.1
# Expected:  null in its place, as JSON.stringify has it, or an error as for NaN.
# Behaviour: the word undefined is written, and the array with a hole gets shorter: both go
#            into a digest as if they were canonical JSON (RFC 8785).
# Seen:
#   function: [1,undefined] (JSON.stringify: [1,null])
#   hole: [1,3] (JSON.stringify: [1,null,3])
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" json-canonicalize@3.0.1 >/dev/null 2>&1 ||
  { echo 'cannot install json-canonicalize 3.0.1' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { canonicalize } from "json-canonicalize";

const hole = [1, 2, 3];
delete hole[1];
for (const [name, value] of Object.entries({ function: [1, () => {}], hole })) {
  console.log(`${name}: ${canonicalize(value)} (JSON.stringify: ${JSON.stringify(value)})`);
}
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
