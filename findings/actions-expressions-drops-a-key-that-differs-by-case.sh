#!/bin/sh
# @actions/expressions keeps one of two JSON keys that differ only by case.
#
# Software:  @actions/expressions 0.3.61
# Expected:  both keys, each found by its own name; ignoring case only if that finds none.
# Behaviour: fromJSON keeps the first of them and drops the other, also in toJSON: what went
#            through an expression is not what it was.
# Seen:
#   fromJSON(text).a is 1
#   toJSON(fromJSON(text)) is {"A":1}
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @actions/expressions@0.3.61 >/dev/null 2>&1 ||
  { echo 'cannot install @actions/expressions 0.3.61' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

const evaluate = (text) => {
  const { tokens } = new Lexer(text).lex();
  const expression = new Parser(tokens, [], []).parse();
  return new Evaluator(expression, new data.Dictionary()).evaluate().coerceString();
};
const json = `fromJSON('{"A":1,"a":2}')`;
console.log(`fromJSON(text).a is ${evaluate(`${json}.a`)}`);
console.log(`toJSON(fromJSON(text)) is ${evaluate(`toJSON(${json})`).replaceAll(/\s/g, "")}`);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
