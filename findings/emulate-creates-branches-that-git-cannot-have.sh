#!/bin/sh
# emulate's GitHub creates branches that git cannot have.
#
# Software:  emulate 0.12.2
# Expected:  422 for a name that git's rules forbid, and for a branch below another branch.
# Behaviour: both are created. What writes "main/ledger" next to "main" works in the tests
#            and fails at GitHub.
# Seen:
#   refs/heads/a..b c: 201
#   refs/heads/main/ledger: 201
#   refs/heads/main: 422
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" emulate@0.12.2 >/dev/null 2>&1 ||
  { echo 'cannot install emulate 0.12.2' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createServer } from "node:net";
import { createEmulator } from "emulate";

const free = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => free.once("listening", resolve));
const { port } = free.address();
await new Promise((resolve) => free.close(resolve));
const github = {
  users: [{ login: "example", name: "Example", email: "e@example.org" }],
  repos: [{ owner: "example", name: "config", auto_init: true }],
};
const tokens = { known: { login: "example", scopes: ["repo"] } };
const emulator = await createEmulator({ service: "github", port, seed: { github, tokens } });
const headers = { authorization: "Bearer known", "content-type": "application/json" };
const top = `${emulator.url}/repos/example/config/git`;
const main = await (await fetch(`${top}/ref/heads/main`, { headers })).json();
for (const ref of ["refs/heads/a..b c", "refs/heads/main/ledger", "refs/heads/main"]) {
  const body = JSON.stringify({ ref, sha: main.object.sha });
  const { status } = await fetch(`${top}/refs`, { method: "POST", headers, body });
  console.log(`${ref}: ${status}`);
}
await emulator.close();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
