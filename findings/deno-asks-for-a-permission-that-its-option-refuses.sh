#!/bin/sh
# Deno asks for a permission that its own option does not know.
#
# Software:  deno 2.9.6
# Expected:  a program that may not read NODE_EXTRA_CA_CERTS is told "Requires sys access to
#            ca", so --allow-sys=ca permits it, as it did in deno 2.9.5.
# Behaviour: the option ends the program at once, before its first line. Only --allow-sys
#            without a name helps, which permits everything that it covers.
# Seen:
#   --allow-sys=hostname: thrown NotCapable Requires sys access to "ca", run again with the --allow-sys flag
#   --allow-sys=ca: error: unknown sys descriptor: 'ca'
#   --allow-sys: connects, ECONNREFUSED
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" deno@2.9.6 >/dev/null 2>&1 ||
  { echo 'cannot install deno 2.9.6' >&2; exit 2; }
export DENO_DIR="$tmp/cache" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { request } from "node:https";

try {
  request("https://127.0.0.1:1/")
    .on("error", ({ code }) => console.log(`connects, ${code}`))
    .end();
} catch ({ name, message }) {
  console.log(`thrown ${name} ${message}`);
}
EOF
node -p 'require("tls").rootCertificates[0]' >ca.pem
export NODE_EXTRA_CA_CERTS="$tmp/ca.pem"
try() {
  echo "$1: $(node_modules/@deno/*/deno run --no-prompt --allow-env --allow-read --allow-net \
    "$1" run.mjs 2>&1 | head -n 1)"
}
seen=$(
  try --allow-sys=hostname
  try --allow-sys=ca
  try --allow-sys
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
