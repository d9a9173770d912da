#!/bin/sh
# ajv 6 and ajv 8 disagree on a draft-07 schema with a keyword next to a $ref.
#
# Software:  ajv 6.12.6, ajv 8.20.0
# Expected:  draft 07 says that what stands next to $ref is ignored: both find it valid.
# Behaviour: ajv 8 checks the keyword as later drafts do, also where $schema says draft 07,
#            so a document that was valid is refused after the update. A schema that
#            was written with ajv 8 checks less with a validator that follows the draft.
# Seen:
#   ajv 6: valid
#   ajv 8: must be <= 10
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" \
  ajv6@npm:ajv@6.12.6 ajv8@npm:ajv@8.20.0 >/dev/null 2>&1 ||
  { echo 'cannot install ajv 6.12.6 and 8.20.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  definitions: { port: { type: "integer" } },
  type: "object",
  properties: { port: { $ref: "#/definitions/port", maximum: 10 } },
};
for (const [name, Ajv, options] of [
  ["ajv 6", require("ajv6"), { logger: false }],
  ["ajv 8", require("ajv8").default, { strict: false }],
]) {
  const validate = new Ajv(options).compile(schema);
  console.log(`${name}: ${validate({ port: 11 }) ? "valid" : validate.errors[0].message}`);
}
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
