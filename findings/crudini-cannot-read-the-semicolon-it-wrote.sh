#!/bin/sh
# crudini cannot read back the value it wrote, if it has a semicolon after a blank.
#
# Software:  crudini 0.9.4 with python3-iniparse 0.5 (Debian 0.9.4-1, 0.5-1)
# Expected:  --get returns what --set was given.
# Behaviour: the file holds the whole value, but reading ends at a ; that follows a blank, as
#            if a comment began there. A ; without the blank belongs to the value, and so
#            does a # with one.
# Seen:
#   set a;b: the file has k = a;b, get returns a;b
#   set a; b: the file has k = a; b, get returns a; b
#   set a ; b: the file has k = a ; b, get returns a
#   set a # b: the file has k = a # b, get returns a # b
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download crudini=0.9.4-1 python3-iniparse=0.5-1 python3-six=1.16.0-4 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install crudini 0.9.4-1' >&2; exit 2; }
export PYTHONPATH="$tmp/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1
seen=$(
  for value in 'a;b' 'a; b' 'a ; b' 'a # b'; do
    echo '[s]' >a.ini
    python3 usr/bin/crudini --set a.ini s k "$value" 2>&1
    echo "set $value: the file has $(tail -n 1 a.ini)," \
      "get returns $(python3 usr/bin/crudini --get a.ini s k 2>&1)"
  done
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
