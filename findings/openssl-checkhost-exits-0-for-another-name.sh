#!/bin/sh
# openssl x509 -checkhost exits with 0 when the name does not match.
#
# Software:  openssl 3.0 (Debian 3.0.22-1~deb12u2)
# Expected:  exit code 1, as -checkend gives for a certificate that will have expired.
# Behaviour: the answer is only in the text. `openssl x509 -checkhost NAME && deploy`
#            deploys a certificate of another host. -checkip is the same.
# Seen:
#   -checkhost: Hostname rds2.example does NOT match certificate, exit 0
#   -checkip: IP 192.0.2.1 does NOT match certificate, exit 0
#   -checkend: Certificate will expire, exit 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install openssl 3.0.22-1~deb12u2' >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH OPENSSL_CONF=openssl.cnf
printf '[req]\ndistinguished_name=name\n[name]\n' >openssl.cnf
usr/bin/openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=rds1.example -addext subjectAltName=DNS:rds1.example 2>/dev/null || exit 2
check() { echo "$1: $(usr/bin/openssl x509 -noout -in cert.pem "$@" 2>&1), exit $(usr/bin/openssl x509 -noout -in cert.pem "$@" >/dev/null 2>&1; echo $?)"; }
seen=$(
  check -checkhost rds2.example
  check -checkip 192.0.2.1
  check -checkend 999999999
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
