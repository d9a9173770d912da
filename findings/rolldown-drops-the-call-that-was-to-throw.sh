#!/bin/sh
# rolldown drops the call that a try block makes only to see whether it throws.
#
# Software:  rolldown 1.2.19
# Expected:  the bundle prints what the module prints.
# Behaviour: decodeURIComponent counts as free of effects, so a call whose result is not
#            used is removed, and with it the error that was the answer. JSON.parse,
#            new URL and new RegExp in the same place are kept.
# Seen:
#   module: malformed
#   bundle: well formed
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" rolldown@1.2.19 >/dev/null 2>&1 ||
  { echo 'cannot install rolldown 1.2.19' >&2; exit 2; }
cd "$tmp" || exit 2
cat >module.mjs <<'EOF'
function isWellFormed(text) {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
console.log(isWellFormed("100%") ? "well formed" : "malformed");
EOF
node node_modules/rolldown/bin/cli.mjs module.mjs -o bundle.mjs >/dev/null 2>&1
seen="module: $(node module.mjs 2>&1)
bundle: $(node bundle.mjs 2>&1)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
