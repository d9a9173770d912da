#!/bin/sh
# npm sbom writes a licence into SPDX that an SPDX parser refuses.
#
# Software:  npm 11.19.1, spdx-expression-parse 4.0.0
# Expected:  licenseDeclared is an SPDX expression, NOASSERTION or NONE, as SPDX 2.3 says.
# Behaviour: UNLICENSED, npm's own word for "no licence", is copied as it is. CycloneDX, from
#            the same command, leaves the licence out.
# Seen:
#   licenseDeclared: UNLICENSED
#   spdx-expression-parse: refused
#   cyclonedx licenses: undefined
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 spdx-expression-parse@4.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1 and spdx-expression-parse 4.0.0' >&2; exit 2; }
mkdir "$tmp/p" && cd "$tmp/p" || exit 2
echo '{ "name": "p", "version": "1.0.0", "license": "UNLICENSED" }' >package.json
npm() { node "$tmp/node_modules/npm/bin/npm-cli.js" "$@"; }
npm i --silent --no-audit --no-fund --offline >/dev/null 2>&1
npm sbom --sbom-format spdx >spdx.json
npm sbom --sbom-format cyclonedx >cyclonedx.json
cat >run.cjs <<'EOF'
const parse = require("spdx-expression-parse");
const { licenseDeclared } = require("./spdx.json").packages[0];
console.log(`licenseDeclared: ${licenseDeclared}`);
try {
  parse(licenseDeclared);
  console.log("spdx-expression-parse: accepted");
} catch {
  console.log("spdx-expression-parse: refused");
}
console.log(`cyclonedx licenses: ${require("./cyclonedx.json").metadata.component.licenses}`);
EOF
seen=$(NODE_PATH="$tmp/node_modules" node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
