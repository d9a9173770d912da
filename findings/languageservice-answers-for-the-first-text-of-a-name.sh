#!/bin/sh
# GitHub's language service validates only the first text of a URI.
#
# Software:  @actions/languageservice 0.3.61
# Expected:  validate() reads the document that it is given: same URI, new version, new text.
# Behaviour: the parsed workflow is kept by URI only. The second text is not read, so a test
#            that checks a good and a broken workflow under one name finds nothing in both.
# Seen:
#   version 1, good: 0
#   version 2, broken: 0
#   broken, under another name: 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @actions/languageservice@0.3.61 \
  vscode-languageserver-textdocument@1.0.12 >/dev/null 2>&1 ||
  { echo 'cannot install @actions/languageservice 0.3.61' >&2; exit 2; }
# The packages import JSON without saying so, which Node refuses.
find "$tmp/node_modules/@actions" -name '*.js' -exec \
  sed -i -E "s/^(import .* from \"[^\"]+\.json\");/\1 with { type: \"json\" };/" {} +
cat >"$tmp/run.mjs" <<'EOF'
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const top = "file:///example/.github/workflows";
const good = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n";
const count = async (version, text, name = "a.yml") =>
  (await validate(TextDocument.create(`${top}/${name}`, "yaml", version, text))).length;
const broken = good.replace("steps", "stepz");
console.log(`version 1, good: ${await count(1, good)}`);
console.log(`version 2, broken: ${await count(2, broken)}`);
console.log(`broken, under another name: ${await count(1, broken, "b.yml")}`);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
