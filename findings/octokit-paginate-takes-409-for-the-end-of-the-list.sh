#!/bin/sh
# octokit's pagination takes a 409 for the end of the list.
#
# Software:  @octokit/plugin-paginate-rest 16.0.0, @octokit/core 7.0.8
# Expected:  the error of the page is thrown, as for every other status.
# Behaviour: a 409 on any page counts as an empty last one, and a page without a body too.
#            What was read so far is returned as if it were all. (GitHub answers 409 for the
#            commits of an empty repository.)
# Seen:
#   page 2 is good: returns a,b
#   page 2 is 403: throws 403
#   page 2 is 409: returns a
#   page 2 is null: returns a
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" \
  @octokit/plugin-paginate-rest@16.0.0 @octokit/core@7.0.8 >/dev/null 2>&1 ||
  { echo 'cannot install @octokit/plugin-paginate-rest 16.0.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createServer } from "node:http";
import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";

const answers = { good: [200, '["b"]'], 403: [403, "{}"], 409: [409, "{}"], null: [200, "null"] };
const server = createServer(({ url, headers }, response) => {
  const [, answer, page] = url.split("/");
  const type = { "content-type": "application/json" };
  if (page === "2") {
    response.writeHead(answers[answer][0], type).end(answers[answer][1]);
  } else {
    const link = `<http://${headers.host}/${answer}/2>; rel="next"`;
    response.writeHead(200, { ...type, link }).end('["a"]');
  }
}).listen(0, "127.0.0.1", async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const options = { baseUrl: `http://127.0.0.1:${server.address().port}`, log };
  const octokit = new (Octokit.plugin(paginateRest))(options);
  for (const answer of ["good", "403", "409", "null"]) {
    const text = await octokit
      .paginate(`GET /${answer}/1`)
      .then((all) => `returns ${all}`)
      .catch(({ status }) => `throws ${status}`);
    console.log(`page 2 is ${answer}: ${text}`);
  }
  server.close();
});
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
