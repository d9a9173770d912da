#!/bin/sh
# A GnuTLS server with two keys shows one at TLS 1.3 and the other at TLS 1.2.
#
# Software:  gnutls-bin 3.7.9 (Debian 3.7.9-2+deb12u7), openssl of the machine as the client
# Expected:  one client gets one certificate; OpenSSL's offer puts ECDSA first each time.
# Behaviour: at TLS 1.2 the order of the client's cipher suites chooses; at TLS 1.3 it is the
#            key that was given first, in whatever order the client offers signatures. A
#            pin of the key that was taken at one version does not match at the other.
# Seen:
#   TLS 1.2: id-ecPublicKey
#   TLS 1.3: rsaEncryption
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
command -v openssl >/dev/null || { echo 'openssl is needed as the client' >&2; exit 2; }
printf 'cn = localhost\n' >template
for type in rsa ecdsa; do
  usr/bin/certtool --generate-privkey --key-type $type --outfile $type.key 2>/dev/null &&
    usr/bin/certtool --generate-self-signed --load-privkey $type.key --template template \
      --outfile $type.pem >/dev/null 2>&1 || exit 2
done
cat >inside.sh <<'EOF'
ip link set lo up
usr/bin/gnutls-serv -q --http -p 7000 --x509keyfile rsa.key --x509certfile rsa.pem \
  --x509keyfile ecdsa.key --x509certfile ecdsa.pem </dev/null >/dev/null 2>&1 &
server=$!
unset LD_LIBRARY_PATH
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ss -Hltn | grep -q :7000 && break
  sleep 0.3
done
for version in 2 3; do
  echo | timeout 10 openssl s_client -connect 127.0.0.1:7000 -tls1_$version 2>/dev/null |
    openssl x509 -noout -text 2>/dev/null |
    sed -n "s/.*Public Key Algorithm: /TLS 1.$version: /p"
done
kill "$server"
EOF
# gnutls-serv binds every address, so it gets a network of its own.
unshare="unshare -n"
[ "$(id -u)" = 0 ] || unshare="unshare -rn"
$unshare true 2>/dev/null || { echo 'needs root or user namespaces' >&2; exit 2; }
seen=$($unshare sh inside.sh 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
