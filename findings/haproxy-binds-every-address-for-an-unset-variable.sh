#!/bin/sh
# haproxy binds every address when the variable with the address is not set.
#
# Software:  haproxy 2.6.12 (Debian 2.6.12-1+deb12u4)
# Expected:  an error: bind "$ADDRESS:7000" without ADDRESS names no address.
# Behaviour: an unset variable is empty, ":7000" means every address, and neither the check
#            nor the start says a word. A port for loopback is open to the network.
# Seen:
#   check: exit 0, Configuration file is valid
#   listens on 0.0.0.0:7000
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
for need in ss ip; do
  command -v $need >/dev/null || { echo "$need is needed" >&2; exit 2; }
done
unset ADDRESS
cat >haproxy.cfg <<'EOF'
defaults
 mode http
 timeout connect 1s
 timeout client 1s
 timeout server 1s
frontend f
 bind "$ADDRESS:7000"
 http-request return status 200
EOF
cat >inside.sh <<'EOF'
ip link set lo up
usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 &
proxy=$!
unset LD_LIBRARY_PATH
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ss -Hltn | grep -q :7000 && break
  sleep 0.3
done
ss -Hltn | awk '{ print "listens on " $4 }'
kill "$proxy"
EOF
# A network of its own, since every address is bound.
unshare="unshare -n"
[ "$(id -u)" = 0 ] || unshare="unshare -rn"
$unshare true 2>/dev/null || { echo 'needs root or user namespaces' >&2; exit 2; }
checked=$(usr/sbin/haproxy -c -f haproxy.cfg 2>&1)
seen="check: exit $?, $checked
$($unshare sh inside.sh 2>/dev/null)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
