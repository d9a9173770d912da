#!/bin/sh
# haproxy reads "maxconn 5k" as five connections.
#
# Software:  haproxy 2.6.12 (Debian 2.6.12-1+deb12u4)
# Expected:  5,000, since sizes and times in the same file take units, or an error.
# Behaviour: the number ends at the first character that is not a digit and the rest is
#            ignored. The check says that the file is valid; the sixth client waits.
# Seen:
#   check: exit 0, Configuration file is valid
#   limit of the frontend: 5
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing1=1.6.0-4 \
  libopentracing-c-wrapper0=1.1.3-3+b1 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install haproxy 2.6.12-1+deb12u4' >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
cat >haproxy.cfg <<'EOF'
global
 stats socket unix@stats level user
defaults
 mode http
 timeout connect 1s
 timeout client 1s
 timeout server 1s
frontend f
 bind unix@http
 maxconn 5k
 http-request return status 200
EOF
checked=$(usr/sbin/haproxy -c -f haproxy.cfg 2>&1)
seen="check: exit $?, $checked"
usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 &
proxy=$!
cat >ask.cjs <<'EOF'
const { connect } = require("node:net");
let [text, tries] = ["", 0];
(function ask() {
  const socket = connect("stats", () => socket.write("show stat\n"));
  socket.on("error", () => (++tries < 30 ? setTimeout(ask, 300) : console.log("no answer")));
  socket.on("data", (data) => (text += data));
  socket.on("end", () => {
    const [names, row] = text.split("\n").map((line) => line.split(","));
    console.log(`limit of the frontend: ${row[names.indexOf("slim")]}`);
  });
})();
EOF
seen="$seen
$(env -u LD_LIBRARY_PATH node ask.cjs 2>&1)"
kill "$proxy"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
