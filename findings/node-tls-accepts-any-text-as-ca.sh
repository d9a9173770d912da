#!/bin/sh
# Node's tls accepts any text as `ca`.
#
# Software:  Node 24.21.0
# Expected:  an error for a text without a certificate, as `cert` and `key` give.
# Behaviour: nothing is said, and no certificate is trusted any more. A path instead of the
#            file's content shows only later, as an untrusted server.
# Seen:
#   cert: ERR_OSSL_PEM_NO_START_LINE
#   ca: accepted
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" "node-linux-$(node -p process.arch)@24.21.0" >/dev/null 2>&1 ||
  { echo 'cannot install Node 24.21.0' >&2; exit 2; }
cd "$tmp" || exit 2
cat >run.mjs <<'EOF'
import { createSecureContext } from "node:tls";

for (const option of ["cert", "ca"]) {
  try {
    createSecureContext({ [option]: "/etc/ssl/own-ca.pem" });
    console.log(`${option}: accepted`);
  } catch ({ code }) {
    console.log(`${option}: ${code}`);
  }
}
EOF
seen=$(node_modules/node-linux-*/bin/node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
