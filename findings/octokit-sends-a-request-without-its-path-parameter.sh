#!/bin/sh
# octokit sends a request although a parameter of its path is missing.
#
# Software:  @octokit/core 7.0.8
# Expected:  an error that names the missing parameter.
# Behaviour: the place of the parameter stays empty and the request is sent: another
#            address, whose 404 says nothing about the cause.
# Seen:
#   sent GET /repos/example//git/ref/heads%2Fmain
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @octokit/core@7.0.8 >/dev/null 2>&1 ||
  { echo 'cannot install @octokit/core 7.0.8' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { Octokit } from "@octokit/core";

const fetch = async (url, { method }) => {
  console.log(`sent ${method} ${new URL(url).pathname}`);
  return new Response("{}", { headers: { "content-type": "application/json" } });
};
const octokit = new Octokit({ request: { fetch } });
const repo = undefined;
await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
  owner: "example",
  repo,
  ref: "heads/main",
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
