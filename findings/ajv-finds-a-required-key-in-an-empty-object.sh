#!/bin/sh
# ajv finds the required key "constructor" in an object that has no keys.
#
# Software:  ajv 8.20.0
# Expected:  {} lacks every required key.
# Behaviour: `required` asks for a value that is not undefined, and finds what each object
#            inherits: constructor, toString, valueOf. The option ownProperties is off.
# Seen:
#   required port: false
#   required constructor: true
#   required constructor, ownProperties: false
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" ajv@8.20.0 >/dev/null 2>&1 ||
  { echo 'cannot install ajv 8.20.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const Ajv = require("ajv").default;
const has = (name, options) =>
  new Ajv(options).validate({ type: "object", required: [name] }, JSON.parse("{}"));
console.log(`required port: ${has("port")}`);
console.log(`required constructor: ${has("constructor")}`);
console.log(`required constructor, ownProperties: ${has("constructor", { ownProperties: true })}`);
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
