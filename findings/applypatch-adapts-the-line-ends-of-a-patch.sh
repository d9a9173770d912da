#!/bin/sh
# diff's applyPatch changes the line ends of a patch to those of the file.
#
# Software:  diff (jsdiff) 9.0.0
# Expected:  a patch with LF does not apply to a file with CRLF: its lines differ.
# Behaviour: it applies, and what it adds ends in CRLF. With one line of the file in LF it
#            does not apply any more: the guess is made for the file as a whole.
# Seen:
#   all CRLF: "a=1\r\nb=3\r\n"
#   one LF: false
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" diff@9.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install diff 9.0.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { applyPatch, createPatch } from "diff";

const patch = createPatch("a.ini", "a=1\nb=2\n", "a=1\nb=3\n");
console.log(`all CRLF: ${JSON.stringify(applyPatch("a=1\r\nb=2\r\n", patch))}`);
console.log(`one LF: ${JSON.stringify(applyPatch("a=1\nb=2\r\n", patch))}`);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
