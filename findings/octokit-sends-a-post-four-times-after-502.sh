#!/bin/sh
# octokit sends a POST four times when the server answers 502.
#
# Software:  octokit 5.0.5
# Expected:  once: a POST may have been carried out, and only the caller knows whether it may
#            be sent again.
# Behaviour: its retry plugin is on from the start and does not ask for the method; three
#            more are sent, after 1, 4 and 9 seconds. What creates something creates it
#            up to four times.
# Seen:
#   4 times POST /repos/example/config/issues, then status 502
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" octokit@5.0.5 >/dev/null 2>&1 ||
  { echo 'cannot install octokit 5.0.5' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createServer } from "node:http";
import { Octokit } from "octokit";

const seen = [];
const server = createServer(({ method, url }, response) => {
  seen.push(`${method} ${url}`);
  response.writeHead(502).end();
}).listen(0, "127.0.0.1", async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ baseUrl: `http://127.0.0.1:${server.address().port}`, log });
  await octokit.rest.issues
    .create({ owner: "example", repo: "config", title: "x" })
    .catch(({ status }) => console.log(`${seen.length} times ${seen[0]}, then status ${status}`));
  server.close();
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
