#!/bin/sh
# npm sbom names the project after its directory in one format, after package.json in the other.
#
# Software:  npm 11.19.1
# Expected:  the name in package.json, in both formats.
# Behaviour: CycloneDX gets the name of the directory, with the right name only inside the
#            bom-ref and the purl. SPDX has the right name. A checkout in "work" or a CI's
#            build number becomes the name of the product.
# Seen:
#   cyclonedx: checkout
#   spdx: product
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
mkdir "$tmp/checkout" && cd "$tmp/checkout" || exit 2
echo '{ "name": "product", "version": "1.0.0", "license": "MIT" }' >package.json
npm() { node "$tmp/node_modules/npm/bin/npm-cli.js" "$@"; }
npm i --silent --no-audit --no-fund --offline >/dev/null 2>&1
read_name() { node -p "const bom = JSON.parse(require('fs').readFileSync(0)); bom.$1" 2>&1; }
seen="cyclonedx: $(npm sbom --sbom-format cyclonedx | read_name 'metadata.component.name')
spdx: $(npm sbom --sbom-format spdx | read_name 'packages[0].name')"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
