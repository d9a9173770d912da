#!/bin/sh
# pino writes one key twice when the object that is logged has a key msg.
#
# Software:  pino 10.4.0
# Expected:  one msg: the message replaces the one of the object, or the other way round.
# Behaviour: the line holds "msg" twice. JSON.parse keeps the last, a reader that keeps the
#            first shows another message, and a strict one refuses the line.
# Seen:
#   {"level":30,"msg":"of the object","msg":"of the call"}
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" pino@10.4.0 >/dev/null 2>&1 ||
  { echo 'cannot install pino 10.4.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import pino from "pino";

pino({ base: null, timestamp: false }).info({ msg: "of the object" }, "of the call");
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
