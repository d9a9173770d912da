#!/bin/sh
# vitest takes the path after -u as the value of -u, and runs and updates every test.
#
# Software:  vitest 5.1.2
# Expected:  "vitest run -u one.test.js" updates the snapshots of one.test.js only; -u is
#            a switch, as in "vitest run one.test.js -u".
# Behaviour: -u has an optional value (new, none, all). Any other word after it is
#            accepted as that value without a message, so no path is left: all files run,
#            and the snapshots of files that were not named are rewritten.
# Seen:
#   path first: ran one.test.js; two.test.js has its old snapshot
#   -u first: ran one.test.js two.test.js; two.test.js has a new snapshot
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" vitest@5.1.2 >/dev/null 2>&1 ||
  { echo 'cannot install vitest 5.1.2' >&2; exit 2; }
cd "$tmp" || exit 2
run() {
  for name in one two; do
    printf 'import { expect, test } from "vitest";\ntest("it", () => expect(2).toMatchInlineSnapshot(`1`));\n' \
      >"$name.test.js"
  done
  what=$1
  shift
  node node_modules/vitest/vitest.mjs run --root . "$@" \
    --reporter=json --outputFile=report.json >/dev/null 2>&1
  files=$(node -p 'JSON.parse(require("fs").readFileSync("report.json", "utf8"))
    .testResults.map((t) => require("path").basename(t.name)).sort().join(" ")' 2>&1)
  grep -q 'Snapshot(`1`)' two.test.js && kept='its old' || kept='a new'
  printf '%s: ran %s; two.test.js has %s snapshot\n' "$what" "$files" "$kept"
}
seen=$(
  run 'path first' one.test.js -u
  run '-u first' -u one.test.js
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
