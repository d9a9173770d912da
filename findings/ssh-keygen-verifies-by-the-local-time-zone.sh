#!/bin/sh
# ssh-keygen verifies the same signature in one time zone and refuses it in another.
#
# Software:  openssh-client 9.2p1 (Debian 1:9.2p1-2+deb12u10)
# Expected:  a date in a file of allowed signers means one moment, as in a certificate.
# Behaviour: valid-before="20270101" is midnight where the program runs, unless a Z follows.
#            Of two machines that verify an audit log with one file one may refuse.
# Seen:
#   TZ=EST5: exit 0
#   TZ=UTC0: exit 0
#   TZ=JST-9: exit 255
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download openssh-client=1:9.2p1-2+deb12u10 >/dev/null 2>&1 &&
  dpkg -x openssh-client*.deb . ||
  { echo 'cannot install openssh-client 1:9.2p1-2+deb12u10' >&2; exit 2; }
usr/bin/ssh-keygen -q -t ed25519 -N '' -C '' -f key || exit 2
echo entry >entry
usr/bin/ssh-keygen -q -Y sign -f key -n file entry >/dev/null 2>&1 || exit 2
printf 'a@example.org valid-before="20270101" %s\n' "$(cat key.pub)" >allowed
seen=$(
  for zone in EST5 UTC0 JST-9; do
    TZ=$zone usr/bin/ssh-keygen -Y verify -f allowed -I a@example.org -n file -s entry.sig \
      -O verify-time=20261231200000Z <entry >/dev/null 2>&1
    echo "TZ=$zone: exit $?"
  done
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
