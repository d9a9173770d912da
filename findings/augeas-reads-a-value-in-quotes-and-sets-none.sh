#!/bin/sh
# augeas reads a value in quotes and cannot write one.
#
# Software:  augeas 1.14.0 (Debian 1.14.0-1+deb12u1), lenses Puppet and MySQL
# Expected:  quotes can be set like any other text, as other="x y" in a file can be read.
# Behaviour: they are taken off on reading, and a value that has them is refused on saving,
#            along with every other change to the file. Only a value that stood in quotes
#            keeps them, and one with a ; or # gets them.
# Seen:
#   Puppet reads: a b
#   Puppet sets x y: name="c d", other=x y
#   Puppet sets x;y: name="c d", other="x;y"
#   Puppet sets "x y": put_failed, name="a b", other=x
#   MySQL reads: a b
#   MySQL sets x y: name="c d", other=x y
#   MySQL sets x;y: name="c d", other="x;y"
#   MySQL sets "x y": put_failed, name="a b", other=x
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download augeas-tools=1.14.0-1+deb12u1 libaugeas0=1.14.0-1+deb12u1 \
  augeas-lenses=1.14.0-1+deb12u1 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install augeas 1.14.0-1+deb12u1' >&2; exit 2; }
mkdir -p root/etc
augtool() {
  printf 'set /augeas/load/X/lens %s.lns\nset /augeas/load/X/incl /etc/a.ini\nload\n%s\n' \
    "$1" "$2" |
    LD_LIBRARY_PATH=$(echo usr/lib/*-linux-gnu) usr/bin/augtool --noautoload --noload \
      --root=root --include=usr/share/augeas/lenses/dist 2>&1
}
seen=$(
  for lens in Puppet MySQL; do
    printf '[main]\nname="a b"\nother=x\n' >root/etc/a.ini
    augtool "$lens" 'get /files/etc/a.ini/*[1]/name' | sed "s/.* =/$lens reads:/"
    for value in 'x y' 'x;y' '"x y"'; do
      printf '[main]\nname="a b"\nother=x\n' >root/etc/a.ini
      error=$(augtool "$lens" "set /files/etc/a.ini/*[1]/name 'c d'
set /files/etc/a.ini/*[1]/other '$value'
save
print /augeas//error" | sed -n 's/^\/augeas.*error = "\(.*\)"/\1, /p')
      echo "$lens sets $value: $error$(tail -n 2 root/etc/a.ini | paste -sd, | sed 's/,/, /')"
    done
  done
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
