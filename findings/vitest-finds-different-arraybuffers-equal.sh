#!/bin/sh
# vitest's toEqual finds ArrayBuffers of different bytes equal.
#
# Software:  vitest 5.1.1
# Expected:  different bytes are not equal, as with Uint8Array.
# Behaviour: an ArrayBuffer has no keys of its own, so toEqual finds any two of them equal;
#            toStrictEqual compares the bytes. What crypto.subtle returns (digests,
#            signatures, exported keys) is an ArrayBuffer.
# Seen:
#   ArrayBuffer, toEqual: passed
#   ArrayBuffer, toStrictEqual: failed
#   Uint8Array, toEqual: failed
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" vitest@5.1.1 >/dev/null 2>&1 ||
  { echo 'cannot install vitest 5.1.1' >&2; exit 2; }
cat >"$tmp/x.test.js" <<'EOF'
import { expect, test } from "vitest";

const one = new Uint8Array([1]);
const two = new Uint8Array([2]);
test("ArrayBuffer, toEqual", () => expect(one.buffer).toEqual(two.buffer));
test("ArrayBuffer, toStrictEqual", () => expect(one.buffer).toStrictEqual(two.buffer));
test("Uint8Array, toEqual", () => expect(one).toEqual(two));
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
