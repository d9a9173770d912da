#!/bin/sh
# systemd-analyze verify passes a timer for a day that no calendar has.
#
# Software:  systemd 252 (Debian 252.39-1~deb12u2)
# Expected:  an error, or at least a warning: 30 February never comes.
# Behaviour: the expression is well formed, so `verify` says nothing. `calendar` says
#            "never", and exits with 0 all the same.
# Seen:
#   verify: exit 0, 0 lines
#   calendar: exit 0, Next elapse: never
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
printf '[Timer]\nOnCalendar=*-02-30\n' >units/a.timer
printf '[Service]\nExecStart=/bin/true\n' >units/a.service
usr/bin/systemd-analyze verify units/a.timer >verify.txt 2>&1
seen="verify: exit $?, $(wc -l <verify.txt) lines"
usr/bin/systemd-analyze calendar '*-02-30' >calendar.txt 2>&1
seen="$seen
calendar: exit $?, $(sed -n 's/^ *\(Next elapse.*\)/\1/p' calendar.txt)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
