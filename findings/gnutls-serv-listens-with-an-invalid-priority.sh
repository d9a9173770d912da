#!/bin/sh
# gnutls-serv listens with a priority string that is not valid.
#
# Software:  gnutls-bin 3.7.9 (Debian 3.7.9-2+deb12u7)
# Expected:  it does not start, as gnutls-cli ends at once with "Syntax error".
# Behaviour: the string is read for each connection. The server says that it is listening,
#            a check of the port is green, and the first client ends the server.
# Seen:
#   listening: yes
#   after one connection: ended with 1, Syntax error at: NORMLA
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download gnutls-bin=3.7.9-2+deb12u7 libgnutls30=3.7.9-2+deb12u7 \
  libgnutls-dane0=3.7.9-2+deb12u7 libunbound8=1.17.1-2+deb12u4 \
  libevent-2.1-7=2.1.12-stable-8 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install gnutls-bin 3.7.9-2+deb12u7' >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
usr/bin/certtool --generate-privkey --key-type ecdsa --outfile key.pem 2>/dev/null || exit 2
printf 'cn = localhost\n' >template
usr/bin/certtool --generate-self-signed --load-privkey key.pem --template template \
  --outfile cert.pem >/dev/null 2>&1 || exit 2
cat >inside.sh <<'EOF'
ip link set lo up
timeout 20 usr/bin/gnutls-serv -q --http --x509keyfile key.pem --x509certfile cert.pem -p 7000 \
  --priority NORMLA </dev/null >server.txt 2>&1 &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ss -Hltn | grep -q :7000 && break
  sleep 0.3
done
ss -Hltn | grep -q :7000 && echo 'listening: yes' || echo 'listening: no'
timeout 10 usr/bin/gnutls-cli --insecure -p 7000 127.0.0.1 </dev/null >/dev/null 2>&1
wait "$server"
echo "after one connection: ended with $?, $(grep Syntax server.txt)"
EOF
# gnutls-serv binds every address, so it gets a network of its own.
unshare="unshare -n"
[ "$(id -u)" = 0 ] || unshare="unshare -rn"
$unshare true 2>/dev/null || { echo 'needs root or user namespaces' >&2; exit 2; }
seen=$($unshare sh inside.sh 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
