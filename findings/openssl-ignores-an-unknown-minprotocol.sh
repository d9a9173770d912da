#!/bin/sh
# OpenSSL ignores a MinProtocol that it does not know, for instance tlsv1.3.
#
# Software:  openssl 3.0 (Debian 3.0.22-1~deb12u2)
# Expected:  an error when the program starts.
# Behaviour: the value is compared as it is written. A wrong one is skipped without a word,
#            and the server goes on with what it would have taken anyway.
# Seen:
#   MinProtocol = TLSv1.3: TLS 1.2 refused
#   MinProtocol = tlsv1.3: TLS 1.2 accepted
#   MinProtocol = TLS1.3: TLS 1.2 accepted
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install openssl 3.0.22-1~deb12u2' >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$tmp"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
printf '[req]\ndistinguished_name=name\n[name]\n' >client.cnf
OPENSSL_CONF=client.cnf usr/bin/openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem \
  -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null || exit 2
try() {
  printf 'openssl_conf=o\n[o]\nssl_conf=s\n[s]\nsystem_default=d\n[d]\nMinProtocol=%s\n' "$1" >server.cnf
  OPENSSL_CONF=server.cnf usr/bin/openssl s_server -accept 127.0.0.1:0 -cert cert.pem \
    -key key.pem -www >server.txt 2>&1 &
  server=$!
  address=
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    address=$(sed -n 's/^ACCEPT //p' server.txt)
    [ -n "$address" ] && break
    sleep 0.3
  done
  if echo | OPENSSL_CONF=client.cnf usr/bin/openssl s_client -connect "$address" -tls1_2 \
    >client.txt 2>&1; then answer=accepted; else answer=refused; fi
  kill "$server" && wait "$server" 2>/dev/null
  echo "MinProtocol = $1: TLS 1.2 $answer"
}
seen=$(for name in TLSv1.3 tlsv1.3 TLS1.3; do try "$name"; done)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
