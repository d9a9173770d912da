#!/bin/sh
# CycloneDX's strict validator passes two components with one bom-ref.
#
# Software:  @cyclonedx/cyclonedx-library 10.3.0, ajv 8.20.0, ajv-formats 3.0.1,
#            ajv-formats-draft2019 1.6.1
# Expected:  refused: the specification says that a bom-ref is unique in its BOM, and that
#            what a dependency names is there.
# Behaviour: only the JSON schema is checked, also by JsonStrictValidator, and a schema
#            cannot say either. "Valid" leaves it open which component depends on which.
# Seen:
#   unknown property: refused
#   one bom-ref for two components: valid
#   dependency on a ref that is not there: valid
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --omit=optional --prefix "$tmp" \
  @cyclonedx/cyclonedx-library@10.3.0 ajv@8.20.0 ajv-formats@3.0.1 \
  ajv-formats-draft2019@1.6.1 >/dev/null 2>&1 ||
  { echo 'cannot install @cyclonedx/cyclonedx-library 10.3.0' >&2; exit 2; }
cat >"$tmp/run.cjs" <<'EOF'
const { Spec, Validation } = require("@cyclonedx/cyclonedx-library");

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
const component = { type: "library", name: "a", version: "1.0.0", "bom-ref": "one" };
const base = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1, components: [component] };
const cases = {
  "unknown property": { ...base, colour: "red" },
  "one bom-ref for two components": { ...base, components: [component, { ...component, name: "b" }] },
  "dependency on a ref that is not there": {
    ...base,
    dependencies: [{ ref: "one", dependsOn: ["gone"] }],
  },
};
(async () => {
  for (const [name, bom] of Object.entries(cases)) {
    const problem = await validator.validate(JSON.stringify(bom));
    console.log(`${name}: ${problem === null ? "valid" : "refused"}`);
  }
})();
EOF
seen=$(cd "$tmp" && node run.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
