#!/bin/sh
# npm pack lets an ignore file inside a listed directory win over "files".
#
# Software:  npm 11.19.1
# Expected:  "files" lists dist, so everything in dist is packed.
# Behaviour: an .npmignore in dist, for instance one that a build tool left there, takes its
#            files out again; the package is published without its code, and pack says
#            nothing.
# Seen:
#   with dist/.npmignore: package.json
#   without: dist/index.js package.json
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
mkdir -p "$tmp/p/dist" && cd "$tmp/p" || exit 2
echo '{ "name": "p", "version": "1.0.0", "files": ["dist"] }' >package.json
touch dist/index.js
list() {
  node "$tmp/node_modules/npm/bin/npm-cli.js" pack --dry-run --json 2>/dev/null | node -p '
    const [{ files }] = JSON.parse(require("fs").readFileSync(0, "utf8"));
    files.map(({ path }) => path).sort().join(" ")' 2>&1
}
echo '*.js' >dist/.npmignore
seen="with dist/.npmignore: $(list)"
rm dist/.npmignore
seen="$seen
without: $(list)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
