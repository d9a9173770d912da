#!/bin/sh
# octokit's App authentication keeps an answer that holds no token.
#
# Software:  @octokit/auth-app 8.3.1, @octokit/request 10.0.16
# Expected:  an error, or at least a new request the next time: a 2xx answer without a token
#            (of a proxy, of a maintenance page in JSON) is no authentication.
# Behaviour: the first call gives undefined as the token. It is kept for 59 minutes, and later
#            calls give an empty text, without a request, when the server is well again.
# Seen:
#   first: token undefined
#   second: token ""
#   requests: 1
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" \
  @octokit/auth-app@8.3.1 @octokit/request@10.0.16 >/dev/null 2>&1 ||
  { echo 'cannot install @octokit/auth-app 8.3.1' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { generateKeyPairSync } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { request } from "@octokit/request";

let requests = 0;
const fetch = async () => {
  requests += 1;
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  return requests === 1
    ? Response.json({ message: "Under maintenance" })
    : Response.json({ token: "good", expires_at, permissions: {} }, { status: 201 });
};
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const auth = createAppAuth({
  appId: 1,
  installationId: 1,
  privateKey,
  request: request.defaults({ request: { fetch } }),
});
for (const name of ["first", "second"]) {
  const { token } = await auth({ type: "installation" });
  console.log(`${name}: token ${JSON.stringify(token)}`);
}
console.log(`requests: ${requests}`);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
