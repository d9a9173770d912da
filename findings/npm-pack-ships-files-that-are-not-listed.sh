#!/bin/sh
# npm pack ships files at the top that "files" does not list.
#
# Software:  npm 11.19.1
# Expected:  of what is not listed only package.json, the main file, README and LICENSE.
# Behaviour: every file at the top named README, LICENSE, LICENCE or COPYING with any ending comes
#            along: backups, drafts and the key of a licence, and no rule in "files" is
#            asked about them.
# Seen:
#   LICENSE.key README.md.bak dist/a.js package.json readme.draft.md
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
mkdir -p "$tmp/p/dist" && cd "$tmp/p" || exit 2
echo '{ "name": "p", "version": "1.0.0", "files": ["dist"] }' >package.json
touch dist/a.js LICENSE.key README.md.bak readme.draft.md README-internal.md notes.md
seen=$(node "$tmp/node_modules/npm/bin/npm-cli.js" pack --dry-run --json 2>/dev/null | node -p '
  const [{ files }] = JSON.parse(require("fs").readFileSync(0, "utf8"));
  files.map(({ path }) => path).sort().join(" ")' 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
