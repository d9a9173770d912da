#!/bin/sh
# npm's ini cannot read a key that it wrote itself, if the key has a =.
#
# Software:  ini 7.0.0
# Expected:  stringify quotes such a key, and parse reads the quoted key.
# Behaviour: stringify does quote it, but parse cuts at the first = without regard to the
#            quotes. A section's name with a ] comes back as a key.
# Seen:
#   "\"a=b\"=1\n" is read as {"\"a":"b\"=1"}
#   "[s]t]\nx=1\n" is read as {"[s]t]":true,"x":"1"}
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" ini@7.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install ini 7.0.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const { parse, stringify } = require("ini");

for (const value of [{ "a=b": "1" }, { "s]t": { x: "1" } }]) {
  const text = stringify(value);
  console.log(`${JSON.stringify(text)} is read as ${JSON.stringify(parse(text))}`);
}
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
