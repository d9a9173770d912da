#!/bin/sh
# sslscan calls every version disabled when the server does not speak TLS at all.
#
# Software:  sslscan 2.0.7 (Debian 2.0.7-1+b1)
# Expected:  an error, or "unknown": a server that says nothing, and one that answers in plain
#            HTTP, have shown nothing about versions.
# Behaviour: what is not seen to be enabled is printed as disabled, and the exit code is 0. A
#            server that is overloaded looks as if it had been hardened.
# Seen:
#   silent server: exit 0, disabled: SSLv2 SSLv3 TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3
#   plain HTTP: exit 0, disabled: SSLv2 SSLv3 TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download sslscan=2.0.7-1+b1 libssl3=3.0.22-1~deb12u2 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install sslscan 2.0.7-1+b1' >&2; exit 2; }
cat >run.cjs <<'EOF'
const { spawn } = require("node:child_process");
const { createServer } = require("node:http");
const net = require("node:net");

const [library] = process.argv.slice(2);
const scan = (name, server) =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = `127.0.0.1:${server.address().port}`;
      const env = { ...process.env, LD_LIBRARY_PATH: library };
      const child = spawn("usr/bin/sslscan", ["--no-colour", "--timeout=1", address], { env });
      let text = "";
      child.stdout.on("data", (data) => (text += data));
      child.on("close", (code) => {
        const versions = [...text.matchAll(/^(\S+) +disabled$/gm)].map(([, version]) => version);
        console.log(`${name}: exit ${code}, disabled: ${versions.join(" ")}`);
        resolve();
      });
    });
  });
const silent = net.createServer((socket) => socket.on("error", () => {}));
scan("silent server", silent)
  .then(() => scan("plain HTTP", createServer((_, response) => response.end())))
  .then(() => process.exit());
EOF
seen=$(node run.cjs "$(echo "$tmp"/usr/lib/*-linux-gnu)" 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
