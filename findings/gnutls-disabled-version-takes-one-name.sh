#!/bin/sh
# GnuTLS ignores a list of versions in its system-wide configuration.
#
# Software:  libgnutls30 and gnutls-bin 3.7.9 (Debian 3.7.9-2+deb12u7)
# Expected:  "disabled-version = tls1.0, tls1.1" disables both.
# Behaviour: the value is one name, and an unknown name is skipped in silence: both stay on.
#            The key has to be repeated, a line for each version, which in most INI files
#            means that the last one wins.
# Seen:
#   one line, both: TLS1.1 TLS1.0 on
#   two lines: none on
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
export GNUTLS_SYSTEM_PRIORITY_FILE="$tmp/config"
say() {
  usr/bin/gnutls-cli --list --priority NORMAL 2>&1 | sed -n 's/^Protocols: //p' |
    grep -oE '\bVERS-TLS1\.[01]\b' | sed 's/VERS-//' | paste -sd' '
}
printf '[overrides]\ndisabled-version = tls1.0, tls1.1\n' >config
list=$(say)
printf '[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1\n' >config
lines=$(say)
seen="one line, both: ${list:-none} on
two lines: ${lines:-none} on"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
