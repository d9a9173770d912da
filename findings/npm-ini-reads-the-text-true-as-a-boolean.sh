#!/bin/sh
# npm's ini reads the text "true" back as a boolean, and a number as a text.
#
# Software:  ini 7.0.0
# Expected:  parse(stringify(x)) has the types of x, or everything is a text.
# Behaviour: true, false and null become values of their own, since stringify does not quote them;
#            a number becomes a text, since parse knows no numbers.
# Seen:
#   a text "true": boolean
#   a text "null": object
#   a number 1: string
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" ini@7.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install ini 7.0.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const { parse, stringify } = require("ini");

for (const value of ["true", "null", 1]) {
  const name = typeof value === "number" ? `a number ${value}` : `a text "${value}"`;
  console.log(`${name}: ${typeof parse(stringify({ value })).value}`);
}
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
