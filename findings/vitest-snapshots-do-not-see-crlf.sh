#!/bin/sh
# vitest's inline snapshots do not tell CRLF from LF; a file snapshot does.
#
# Software:  vitest 5.1.1
# Expected:  a snapshot with LF fails for a text with CRLF.
# Behaviour: line ends are made equal before the comparison, so a program that changes the
#            line ends of a user's file passes. toMatchFileSnapshot sees the difference.
# Seen:
#   inline: passed
#   file: failed
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" vitest@5.1.1 >/dev/null 2>&1 ||
  { echo 'cannot install vitest 5.1.1' >&2; exit 2; }
printf 'a\nb\n' >"$tmp/lf.txt"
cat >"$tmp/x.test.js" <<'EOF'
import { expect, test } from "vitest";

test("inline", () => {
  expect("a\r\nb").toMatchInlineSnapshot(`
    "a
    b"
  `);
});

test("file", async () => {
  await expect("a\r\nb\r\n").toMatchFileSnapshot("lf.txt");
});
EOF
cd "$tmp" || exit 2
CI=1 node node_modules/vitest/vitest.mjs run --root . \
  --reporter=json --outputFile=report.json >/dev/null 2>&1
seen=$(node -p 'JSON.parse(require("fs").readFileSync("report.json", "utf8"))
  .testResults[0].assertionResults.map((t) => `${t.title}: ${t.status}`).join("\n")' 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
