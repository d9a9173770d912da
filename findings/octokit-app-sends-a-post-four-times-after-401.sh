#!/bin/sh
# octokit's App sends a POST four times after 401, also with its retries off.
#
# Software:  octokit 5.0.5 (@octokit/auth-app 8.3.1)
# Expected:  once: `retry` and `throttle` are off, and 401 is an answer like any other.
# Behaviour: the App's authentication has a retry of its own, which no option switches off. In
#            the first five seconds of an installation token it sends a request again after
#            1, 2 and 3 seconds. What it says at the end blames "a system outage".
# Seen:
#   4 times POST /repos/example/config/issues, then status 401
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" \
  octokit@5.0.5 @octokit/auth-app@8.3.1 >/dev/null 2>&1 ||
  { echo 'cannot install octokit 5.0.5' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { App, Octokit } from "octokit";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const seen = [];
const server = createServer(({ method, url }, response) => {
  const json = (status, value) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  if (url.endsWith("/access_tokens")) {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    json(201, { token: "example", expires_at, permissions: {}, repository_selection: "all" });
  } else {
    seen.push(`${method} ${url}`);
    json(401, { message: "Bad credentials" });
  }
}).listen(0, "127.0.0.1", async () => {
  const options = {
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    retry: { enabled: false },
    throttle: { enabled: false },
  };
  const app = new App({ appId: 1, privateKey, Octokit: Octokit.defaults(options) });
  const octokit = await app.getInstallationOctokit(1);
  await octokit.rest.issues
    .create({ owner: "example", repo: "config", title: "x" })
    .catch(({ status }) => console.log(`${seen.length} times ${seen[0]}, then status ${status}`));
  server.close();
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
