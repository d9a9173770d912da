#!/bin/sh
# @actions/core accepts blanks as the value of a required input.
#
# Software:  @actions/core 3.0.1
# Expected:  "Input required and not supplied", as for an input that is empty.
# Behaviour: whether a value is there is asked before it is trimmed, so an expression that
#            left a space or a line end behind passes, and the action goes on with "".
# Seen:
#   empty: Input required and not supplied: token
#   a line end: ""
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @actions/core@3.0.1 >/dev/null 2>&1 ||
  { echo 'cannot install @actions/core 3.0.1' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { getInput } from "@actions/core";

for (const [name, value] of [["empty", ""], ["a line end", "\n"]]) {
  process.env.INPUT_TOKEN = value;
  try {
    console.log(`${name}: ${JSON.stringify(getInput("token", { required: true }))}`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
