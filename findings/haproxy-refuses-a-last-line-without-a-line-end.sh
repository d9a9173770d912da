#!/bin/sh
# haproxy refuses a configuration whose last line has no line end.
#
# Software:  haproxy 2.6.12 (Debian 2.6.12-1+deb12u4)
# Expected:  the last line counts with and without a line end.
# Behaviour: a fatal error: "file might have been truncated". A template engine or an editor
#            that leaves the last line end out keeps the proxy from starting.
# Seen:
#   with a line end: exit 0
#   without: exit 1, Missing LF on last line
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
printf 'defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:7000' >without
{ cat without; echo; } >with
usr/sbin/haproxy -c -f with >/dev/null 2>&1
seen="with a line end: exit $?"
usr/sbin/haproxy -c -f without >out.txt 2>&1
seen="$seen
without: exit $?, $(grep -o 'Missing LF on last line' out.txt)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
