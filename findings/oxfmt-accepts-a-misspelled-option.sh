#!/bin/sh
# oxfmt accepts a settings file with a misspelled option.
#
# Software:  oxfmt 0.74.0, oxlint 1.89.0
# Expected:  an error that names the unknown option, as its sister oxlint gives.
# Behaviour: the option is ignored without a word, and the check passes with the defaults.
# Seen:
#   oxfmt, "printWidht": exit 0
#   oxlint, "rulez": exit 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" oxfmt@0.74.0 oxlint@1.89.0 >/dev/null 2>&1 ||
  { echo 'cannot install oxfmt 0.74.0 and oxlint 1.89.0' >&2; exit 2; }
cd "$tmp" || exit 2
echo '{ "printWidht": 20 }' >.oxfmtrc.json
echo '{ "rulez": {} }' >.oxlintrc.json
echo 'export const answer = ["longer", "than", "20"];' >a.js
node_modules/.bin/oxfmt --check a.js >/dev/null 2>&1
seen="oxfmt, \"printWidht\": exit $?"
node_modules/.bin/oxlint a.js >/dev/null 2>&1
seen="$seen
oxlint, \"rulez\": exit $?"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
