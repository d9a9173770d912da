#!/bin/sh
# canonify, for RFC 8785, writes null for NaN; canonicalize refuses it.
#
# Software:  @truestamp/canonify 2.1.0, canonicalize 5.1.0
# Expected:  both stop with an error, which RFC 8785 requires for NaN and Infinity.
# Behaviour: canonify writes null as JSON.stringify does, so a sum that went wrong and a
#            value that is absent on purpose have the same digest.
# Seen:
#   canonify: {"size":null}
#   canonicalize: NaN is not allowed
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" \
  @truestamp/canonify@2.1.0 canonicalize@5.1.0 >/dev/null 2>&1 ||
  { echo 'cannot install @truestamp/canonify 2.1.0 and canonicalize 5.1.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { canonify } from "@truestamp/canonify";
import canonicalize from "canonicalize";

for (const [name, write] of Object.entries({ canonify, canonicalize })) {
  try {
    console.log(`${name}: ${write({ size: Number.NaN })}`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
