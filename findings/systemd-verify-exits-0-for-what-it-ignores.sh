#!/bin/sh
# systemd-analyze verify exits with 0 for settings that it says it ignores.
#
# Software:  systemd 252 (Debian 252.39-1~deb12u2)
# Expected:  another exit code, so that a CI that runs `verify` turns red.
# Behaviour: an unknown key and a value that cannot be read are printed as ignored, and the
#            exit code is 0. A command that is not there is an error.
# Seen:
#   Restrat=always: exit 0, Unknown key
#   Restart=alwayss: exit 0, Failed to parse
#   ExecStart=/nowhere: exit 1, is not executable
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo "cannot install systemd 252.39-1~deb12u2" >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu/systemd)
export LD_LIBRARY_PATH SYSTEMD_UNIT_PATH="$tmp/units:$tmp/lib/systemd/system"
mkdir units
try() {
  printf '[Service]\n%s\nExecStart=/bin/true\n' "$1" >units/a.service
  case $1 in ExecStart*) printf '[Service]\n%s\n' "$1" >units/a.service ;; esac
  usr/bin/systemd-analyze verify units/a.service >verify.txt 2>&1
  echo "$1: exit $?, $(grep -o -e 'Unknown key' -e 'Failed to parse' -e 'is not executable' verify.txt)"
}
seen=$(for line in Restrat=always Restart=alwayss ExecStart=/nowhere; do try "$line"; done)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
