#!/bin/sh
# octokit's GraphQL schema validates an earlier query instead of the one it gets.
#
# Software:  @octokit/graphql-schema 15.26.1 (graphql-tag 2.12.7, graphql 16.15.0)
# Expected:  validate() depends on the query only: an unknown field is an error in every run.
# Behaviour: graphql-tag keeps parsed queries by their text, in which commas and white space,
#            line ends too, are one space. The line end that ends a comment is lost, so two
#            different queries are one, and the first decides for both.
# Seen:
#   unknown field below a comment: 1 error
#   unknown field in a comment: 0 errors
#   unknown field below an empty comment: 0 errors
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @octokit/graphql-schema@15.26.1 \
  graphql-tag@2.12.7 graphql@16.15.0 >/dev/null 2>&1 ||
  { echo 'cannot install @octokit/graphql-schema 15.26.1' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { validate } from "@octokit/graphql-schema";

const show = (what, query) => {
  const { length } = validate(query);
  console.log(`${what}: ${length} error${length === 1 ? "" : "s"}`);
};
show("unknown field below a comment", "{ viewer { login # a\nnope } }");
show("unknown field in a comment", "{ viewer { login # nope\n } }");
show("unknown field below an empty comment", "{ viewer { login #\nnope } }");
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
