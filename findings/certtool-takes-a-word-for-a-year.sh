#!/bin/sh
# certtool makes a certificate for a year if the number of days in the template is a word.
#
# Software:  gnutls-bin (certtool) 3.7.9 (Debian 3.7.9-2+deb12u7)
# Expected:  an error, as for a date that cannot be read.
# Behaviour: expiration_days = ninety counts as not given, and a certificate that was to
#            live for 90 days lives for 365; exit code 0, no warning.
# Seen:
#   expiration_date = "soon": exit 1
#   expiration_days = ninety: exit 0, 365 days
#   expiration_days = 90: exit 0, 90 days
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
usr/bin/certtool --generate-privkey --key-type ecdsa --outfile key.pem 2>/dev/null || exit 2
try() {
  printf 'cn = "rds1"\n%s\n' "$1" >template
  rm -f cert.pem
  usr/bin/certtool --generate-self-signed --load-privkey key.pem --template template \
    --outfile cert.pem >/dev/null 2>&1
  code=$?
  [ $code = 0 ] || { echo "$1: exit $code"; return; }
  usr/bin/certtool --certificate-info --infile cert.pem >info.txt
  from=$(date -d "$(sed -n 's/.*Not Before: //p' info.txt)" +%s)
  to=$(date -d "$(sed -n 's/.*Not After: //p' info.txt)" +%s)
  echo "$1: exit $code, $(((to - from) / 86400)) days"
}
seen=$(
  try 'expiration_date = "soon"'
  try 'expiration_days = ninety'
  try 'expiration_days = 90'
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
