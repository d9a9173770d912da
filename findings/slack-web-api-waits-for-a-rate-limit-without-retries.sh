#!/bin/sh
# Slack's web-api with retries: 0 still waits for a rate limit, and then hides it.
#
# Software:  @slack/web-api 8.2.0
# Expected:  an error at once that says "rate limited" and for how long (429, Retry-After).
# Behaviour: the client waits as long as Slack said and then gives up without a second
#            request; the error is that of a connection that failed. With
#            rejectRateLimitedCalls it is the expected one, at once.
# Seen:
#   retries 0: WebAPIRequestError, retryAfter undefined, waited, requests: 1
#   and rejectRateLimitedCalls: WebAPIRateLimitedError, retryAfter 2, at once, requests: 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @slack/web-api@8.2.0 >/dev/null 2>&1 ||
  { echo 'cannot install @slack/web-api 8.2.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createServer } from "node:http";
import { WebClient } from "@slack/web-api";

let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.writeHead(429, { "retry-after": "2" }).end();
}).listen(0, "127.0.0.1", async () => {
  const slackApiUrl = `http://127.0.0.1:${server.address().port}/api/`;
  for (const [name, more] of [
    ["retries 0", {}],
    ["and rejectRateLimitedCalls", { rejectRateLimitedCalls: true }],
  ]) {
    requests = 0;
    const options = { slackApiUrl, retryConfig: { retries: 0 }, logLevel: "error", ...more };
    const before = performance.now();
    await new WebClient("none", options).chat
      .postMessage({ channel: "C1", text: "hello" })
      .catch((error) => {
        const time = performance.now() - before < 2000 ? "at once" : "waited";
        const facts = [`retryAfter ${error.retryAfter}`, time];
        console.log(`${name}: ${[error.name, ...facts].join(", ")}, requests: ${requests}`);
      });
  }
  server.close();
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
