#!/bin/sh
# ssh ends when the path for sharing a connection is too long, though sharing is optional.
#
# Software:  openssh-client 9.2p1 (Debian 1:9.2p1-2+deb12u10)
# Expected:  it connects without sharing, as it does where the directory does not exist.
# Behaviour: "ControlPath too long" before anything is connected, exit code 255. A long
#            temporary directory, as a CI has it, makes every host look unreachable.
# Seen:
#   directory that does not exist: Connection refused
#   path of 120 characters: ControlPath too long
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download openssh-client=1:9.2p1-2+deb12u10 >/dev/null 2>&1 && dpkg -x openssh-client*.deb . ||
  { echo 'cannot install openssh-client 1:9.2p1-2+deb12u10' >&2; exit 2; }
try() {
  # Nothing listens on port 1: "Connection refused" shows that it tried.
  printf '%s: ' "$1"
  usr/bin/ssh -F none -o BatchMode=yes -o ControlMaster=auto -o ControlPath="$2" -p 1 127.0.0.1 true 2>&1 |
    grep -o -e 'ControlPath too long' -e 'Connection refused'
}
seen=$(
  try 'directory that does not exist' "$tmp/none/x"
  try 'path of 120 characters' "$(printf '%0120d' 0 | sed 's#^0#/#')"
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
