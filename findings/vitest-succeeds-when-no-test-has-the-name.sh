#!/bin/sh
# vitest succeeds when no test has the name that was asked for.
#
# Software:  vitest 5.1.1
# Expected:  exit code 1, as for a file that does not exist: nothing was tested.
# Behaviour: `-t` with a misspelled name skips every test and exits with 0, also in CI;
#            only a file name that matches nothing is an error.
# Seen:
#   vitest run -t "never lokcs out": exit 0
#   vitest run nofile: exit 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" vitest@5.1.1 >/dev/null 2>&1 ||
  { echo 'cannot install vitest 5.1.1' >&2; exit 2; }
cat >"$tmp/x.test.js" <<'EOF'
import { expect, test } from "vitest";

test("never locks out", () => expect(1).toBe(2));
EOF
cd "$tmp" || exit 2
run() { CI=1 node node_modules/vitest/vitest.mjs run --root . "$@" >/dev/null 2>&1; }
seen=$(
  run -t 'never lokcs out'
  echo "vitest run -t \"never lokcs out\": exit $?"
  run nofile
  echo "vitest run nofile: exit $?"
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
