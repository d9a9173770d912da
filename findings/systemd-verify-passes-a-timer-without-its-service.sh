#!/bin/sh
# systemd-analyze verify passes a timer whose service does not exist.
#
# Software:  systemd 252 (Debian 252.39-1~deb12u2)
# Expected:  an error: the only thing that the timer does is to start that service.
# Behaviour: nothing is printed and the exit code is 0. An undo that is armed with a
#            misspelled Unit= is found out when it should have run.
# Seen:
#   exit 0, 0 lines
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
printf '[Timer]\nOnActiveSec=60\nUnit=udno.service\n' >units/undo.timer
printf '[Service]\nExecStart=/bin/true\n' >units/undo.service
usr/bin/systemd-analyze verify units/undo.timer >verify.txt 2>&1
seen="exit $?, $(wc -l <verify.txt) lines"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
