#!/bin/sh
# ajv-formats finds a date-time with a line break in it valid.
#
# Software:  ajv 8.20.0, ajv-formats 3.0.1
# Expected:  only T (or t) between date and time, as in RFC 3339; a space at the most.
# Behaviour: any white space separates them: a tab and a line break as well. A value that
#            passed the check can still break a line of a log or of an INI file.
# Seen:
#   "2027-01-01T00:00:00Z" true
#   "2027-01-01 00:00:00Z" true
#   "2027-01-01\n00:00:00Z" true
#   "2027-01-01_00:00:00Z" false
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" ajv@8.20.0 ajv-formats@3.0.1 >/dev/null 2>&1 ||
  { echo 'cannot install ajv 8.20.0 and ajv-formats 3.0.1' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const ajv = new (require("ajv").default)();
require("ajv-formats").default(ajv);
const validate = ajv.compile({ type: "string", format: "date-time" });
for (const separator of ["T", " ", "\n", "_"]) {
  const text = `2027-01-01${separator}00:00:00Z`;
  console.log(JSON.stringify(text), validate(text));
}
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
