#!/bin/sh
# octokit's App authentication gives out an installation token that has expired.
#
# Software:  @octokit/auth-app 8.3.1, @octokit/request 10.0.16
# Expected:  the token is asked for again once its `expires_at` has passed.
# Behaviour: it is kept for 59 minutes whatever `expires_at` says, and returned along with
#            the time at which it expired. GitHub's own tokens live for an hour, so only a
#            server with shorter ones, or a test with them, shows it.
# Seen:
#   first: token-1, expired false
#   after it has expired: token-1, expired true
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
  const expires_at = new Date(Date.now() + 2000).toISOString();
  const token = { token: `token-${requests}`, expires_at, permissions: {} };
  return Response.json({ ...token, repository_selection: "all" }, { status: 201 });
};
const pem = { type: "pkcs8", format: "pem" };
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: pem,
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const auth = createAppAuth({
  appId: 1,
  installationId: 1,
  privateKey,
  request: request.defaults({ request: { fetch } }),
});
for (const name of ["first", "after it has expired"]) {
  const { token, expiresAt } = await auth({ type: "installation" });
  console.log(`${name}: ${token}, expired ${new Date(expiresAt) < new Date()}`);
  await new Promise((resolve) => setTimeout(resolve, 2500));
}
console.log(`requests: ${requests}`);
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
