#!/bin/sh
# sslscan exits with 0 when it has scanned nothing.
#
# Software:  sslscan 2.0.7 (Debian 2.0.7-1+b1)
# Expected:  another exit code for a name that does not resolve and for a closed port.
# Behaviour: the error is only in the text. A job that checks the exit code counts a host
#            that was not reached as scanned.
# Seen:
#   name that does not resolve: exit 0, ERROR: Could not resolve hostname host.invalid.
#   closed port: exit 0, ERROR: Could not open a connection to host 127.0.0.1 (127.0.0.1) on port 1.
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download sslscan=2.0.7-1+b1 libssl3=3.0.22-1~deb12u2 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install sslscan 2.0.7-1+b1' >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
try() {
  usr/bin/sslscan --no-colour "$2" >out.txt 2>&1
  echo "$1: exit $?, $(grep -m 1 ERROR out.txt)"
}
seen=$(
  try 'name that does not resolve' host.invalid:443
  try 'closed port' 127.0.0.1:1
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
