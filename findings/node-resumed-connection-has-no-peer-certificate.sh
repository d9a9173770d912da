#!/bin/sh
# Node's tls has no certificate of the peer on a resumed connection.
#
# Software:  Node 24.21.0
# Expected:  getPeerCertificate() gives the certificate of the session, since `authorized`
#            is true on its strength.
# Behaviour: it gives an empty object. A check of a pinned key after the handshake sees no
#            key on the second connection, although the server is the same.
# Seen:
#   first: resumed false, authorized true, subject localhost
#   second: resumed true, authorized true, subject undefined
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" "node-linux-$(node -p process.arch)@24.21.0" >/dev/null 2>&1 ||
  { echo 'cannot install Node 24.21.0' >&2; exit 2; }
cd "$tmp" || exit 2
command -v openssl >/dev/null || { echo 'openssl is needed for a certificate' >&2; exit 2; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null || exit 2
cat >run.mjs <<'EOF'
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:tls";

const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(name));
const server = createServer({ key, cert }, (socket) => socket.end("hello"));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
let session;
for (const name of ["first", "second"]) {
  const { port } = server.address();
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: cert, session });
  socket.on("session", (given) => (session = given));
  socket.on("secureConnect", () => {
    const { CN } = socket.getPeerCertificate().subject ?? {};
    const facts = [`resumed ${socket.isSessionReused()}`, `authorized ${socket.authorized}`];
    console.log(`${name}: ${facts.join(", ")}, subject ${CN}`);
  });
  await new Promise((resolve) => socket.resume().on("close", resolve));
}
server.close();
EOF
seen=$(node_modules/node-linux-*/bin/node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
