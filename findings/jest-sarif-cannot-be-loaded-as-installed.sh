#!/bin/sh
# Microsoft's SARIF matcher for Jest cannot be loaded as it is installed.
#
# Software:  @microsoft/jest-sarif 1.0.0-beta.0
# Expected:  the package loads, or names what it needs as a (peer) dependency.
# Behaviour: it requires tslib and jest-matcher-utils, and its package.json lists neither.
#            It works where another package happened to install both.
# Seen:
#   Cannot find module 'tslib'
#   tslib listed: false, jest-matcher-utils listed: false
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null 2>&1 ||
  { echo 'cannot install @microsoft/jest-sarif 1.0.0-beta.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
try {
  require("@microsoft/jest-sarif");
  console.log("loaded");
} catch (error) {
  console.log(error.message.split("\n")[0]);
}
const { dependencies, peerDependencies } = require("@microsoft/jest-sarif/package.json");
const listed = { ...dependencies, ...peerDependencies };
const names = ["tslib", "jest-matcher-utils"];
console.log(names.map((name) => `${name} listed: ${name in listed}`).join(", "));
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
