#!/bin/sh
# octokit writes null into a query as the word null.
#
# Software:  @octokit/core 7.0.8
# Expected:  null is left out as undefined is; in a body null means "no value".
# Behaviour: undefined is left out, null becomes the text "null", which a server takes for
#            a value: the branch, the cursor or the user called "null".
# Seen:
#   ?after=null&per_page=1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @octokit/core@7.0.8 >/dev/null 2>&1 ||
  { echo 'cannot install @octokit/core 7.0.8' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { Octokit } from "@octokit/core";

const { url } = new Octokit().request.endpoint("GET /list", {
  after: null,
  before: undefined,
  per_page: 1,
});
console.log(new URL(url).search);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
