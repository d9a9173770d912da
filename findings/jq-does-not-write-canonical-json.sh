#!/bin/sh
# jq -cS writes canonical JSON (RFC 8785), except for some numbers.
#
# Software:  jq 1.6 (Debian 1.6-2.1+deb12u3)
# Expected:  sorted keys without blanks are what RFC 8785 asks for; its numbers are those of
#            JavaScript, which jq reads and writes as doubles too.
# Behaviour: keys are right, and so is 1.0. Small numbers get a two-digit exponent, large
#            ones an exponent too early, and minus zero stays: three other digests.
# Seen:
#   jq: {"a":[1,1e-07,1e+20,-0],"b":1}
#   RFC 8785: {"a":[1,1e-7,100000000000000000000,0],"b":1}
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download jq=1.6-2.1+deb12u3 libjq1=1.6-2.1+deb12u3 libonig5=6.9.8-1 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done &&
  npm i --silent --no-audit --no-fund canonicalize@5.1.0 >/dev/null 2>&1 ||
  { echo 'cannot install jq 1.6-2.1+deb12u3 and canonicalize 5.1.0' >&2; exit 2; }
echo '{"b": 1, "a": [1.0, 1e-7, 1e20, -0]}' >a.json
library=$(echo "$tmp"/usr/lib/*-linux-gnu)
echo 'import write from "canonicalize"; import { readFileSync } from "node:fs";
console.log(write(JSON.parse(readFileSync("a.json", "utf8"))));' >run.mjs
seen="jq: $(LD_LIBRARY_PATH=$library usr/bin/jq -cS . a.json 2>&1)
RFC 8785: $(node run.mjs 2>&1)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
