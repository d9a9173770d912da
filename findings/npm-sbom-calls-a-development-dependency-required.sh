#!/bin/sh
# npm sbom gives a development dependency the scope "required".
#
# Software:  npm 11.19.1
# Expected:  "excluded", CycloneDX's word for what is used for building and testing only; or
#            "optional".
# Behaviour: only a property of npm's own says "development". A scanner that reads the scope
#            reports vulnerabilities of test tools as those of the product.
# Seen:
#   ini: scope required, properties cdx:npm:package:development
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
mkdir "$tmp/p" && cd "$tmp/p" || exit 2
echo '{ "name": "p", "version": "1.0.0", "devDependencies": { "ini": "7.0.0" } }' >package.json
npm() { node "$tmp/node_modules/npm/bin/npm-cli.js" "$@"; }
npm i --silent --no-audit --no-fund >/dev/null 2>&1 ||
  { echo 'cannot install ini 7.0.0' >&2; exit 2; }
seen=$(npm sbom --sbom-format cyclonedx | node -p '
  const [{ name, scope, properties }] = JSON.parse(require("fs").readFileSync(0, "utf8")).components;
  const names = properties.map((property) => property.name).filter((n) => !n.endsWith(":path"));
  `${name}: scope ${scope}, properties ${names.join(" ")}`' 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
