#!/bin/sh
# haproxy takes certificate and TLS version on a bind line without "ssl", and speaks HTTP.
#
# Software:  haproxy 2.6.12 (Debian 2.6.12-1+deb12u4)
# Expected:  an error or a warning: crt and ssl-min-ver mean nothing on a plain port.
# Behaviour: the check says that the configuration is valid, and the port answers without
#            TLS. Only the word ssl turns TLS on.
# Seen:
#   check: exit 0, Configuration file is valid
#   answer without TLS: HTTP/1.1 200 OK
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
for need in openssl curl ip; do
  command -v $need >/dev/null || { echo "$need is needed" >&2; exit 2; }
done
(
  unset LD_LIBRARY_PATH
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=localhost 2>/dev/null
) || exit 2
cat cert.pem key.pem >both.pem
cat >haproxy.cfg <<EOF
defaults
 mode http
 timeout connect 1s
 timeout client 1s
 timeout server 1s
frontend f
 bind 127.0.0.1:7000 crt both.pem ssl-min-ver TLSv1.2
 http-request return status 200
EOF
cat >inside.sh <<'EOF'
ip link set lo up
usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 &
proxy=$!
unset LD_LIBRARY_PATH
curl -sI --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:7000/ | head -n 1 | tr -d '\r'
kill "$proxy"
EOF
unshare="unshare -n"
[ "$(id -u)" = 0 ] || unshare="unshare -rn"
$unshare true 2>/dev/null || { echo 'needs root or user namespaces' >&2; exit 2; }
checked=$(usr/sbin/haproxy -c -f haproxy.cfg 2>&1)
seen="check: exit $?, $checked
answer without TLS: $($unshare sh inside.sh 2>/dev/null)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
