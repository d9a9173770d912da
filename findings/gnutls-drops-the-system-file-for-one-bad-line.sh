#!/bin/sh
# GnuTLS drops its whole system-wide configuration for one line that it cannot parse.
#
# Software:  libgnutls30 and gnutls-bin 3.7.9 (Debian 3.7.9-2+deb12u7)
# Expected:  the line is skipped, or programs stop, or something is printed.
# Behaviour: nothing of the file counts, also what stands before the line, and gnutls-cli
#            says nothing: TLS 1.0, which the administrator switched off, is back. Programs
#            stop only with GNUTLS_SYSTEM_PRIORITY_FAIL_ON_INVALID=1.
# Seen:
#   good file: TLS1.0 off
#   one line more: TLS1.0 on
#   one line more, FAIL_ON_INVALID: exit 1
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
say() { usr/bin/gnutls-cli --list --priority NORMAL 2>&1 | grep -q '^Protocols:.*VERS-TLS1.0' && echo on || echo off; }
printf '[overrides]\ndisabled-version = tls1.0\n' >config
seen="good file: TLS1.0 $(say)"
echo 'see ticket 4711' >>config
seen="$seen
one line more: TLS1.0 $(say)"
GNUTLS_SYSTEM_PRIORITY_FAIL_ON_INVALID=1 usr/bin/gnutls-cli --list --priority NORMAL >/dev/null 2>&1
seen="$seen
one line more, FAIL_ON_INVALID: exit $?"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
