#!/bin/sh
# @actions/http-client answers null, with status 200, for JSON that was cut short.
#
# Software:  @actions/http-client 4.0.1
# Expected:  getJson throws for 200 with a text that is not JSON, and for 404 as for 403.
# Behaviour: result is null and nothing throws in either case. "There is none" and "the
#            answer could not be read" look the same.
# Seen:
#   200, cut short: status 200, result null
#   404: status 404, result null
#   403: throws
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @actions/http-client@4.0.1 >/dev/null 2>&1 ||
  { echo 'cannot install @actions/http-client 4.0.1' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createServer } from "node:http";
import { HttpClient } from "@actions/http-client";

const server = createServer(({ url }, response) => {
  response.writeHead(Number(url.slice(1)), { "content-type": "application/json" });
  response.end(url === "/200" ? '{"hosts":[{"na' : '{"message":"no"}');
}).listen(0, "127.0.0.1", async () => {
  for (const [name, path] of [["200, cut short", 200], ["404", 404], ["403", 403]]) {
    const said = await new HttpClient("example")
      .getJson(`http://127.0.0.1:${server.address().port}/${path}`)
      .then(({ statusCode, result }) => `status ${statusCode}, result ${result}`)
      .catch(() => "throws");
    console.log(`${name}: ${said}`);
  }
  server.close();
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
