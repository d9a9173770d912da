#!/bin/sh
# diff's applyPatch returns the text as it was for what is not a patch.
#
# Software:  diff (jsdiff) 9.0.0
# Expected:  false, which it returns where a patch does not apply, or an error.
# Behaviour: a text without hunks is an empty patch, and an empty patch always applies. The
#            error page of a server, applied as a patch, "succeeds".
# Seen:
#   "port=1\n"
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" diff@9.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install diff 9.0.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { applyPatch } from "diff";

console.log(JSON.stringify(applyPatch("port=1\n", "<p>404 not found</p>\n")));
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
