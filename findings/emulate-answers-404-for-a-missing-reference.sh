#!/bin/sh
# emulate's GitHub answers 404 where a reference to update or delete is missing.
#
# Software:  emulate 0.12.2
# Expected:  422 "Reference does not exist": GitHub documents 422 for both requests, and no
#            404, which is left for a repository that the token may not see.
# Behaviour: 404 for both, as for a missing repository. What takes 422 for "it is gone
#            already" fails in the tests and works at GitHub, and the other way round.
# Seen:
#   PATCH of a missing ref: 404
#   DELETE of a missing ref: 404
#   DELETE of a ref that is there: 204
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
const ask = async (method, path, value) => {
  const url = `${emulator.url}/repos/example/config${path}`;
  const response = await fetch(url, { method, headers, body: value && JSON.stringify(value) });
  return { status: response.status, body: response.status === 204 ? {} : await response.json() };
};
const { sha } = (await ask("GET", "/git/ref/heads/main")).body.object;
await ask("POST", "/git/refs", { ref: "refs/heads/branch", sha });
const patch = await ask("PATCH", "/git/refs/heads/missing", { sha });
console.log(`PATCH of a missing ref: ${patch.status}`);
for (const [what, name] of [
  ["a missing ref", "missing"],
  ["a ref that is there", "branch"],
]) {
  const { status } = await ask("DELETE", `/git/refs/heads/${name}`);
  console.log(`DELETE of ${what}: ${status}`);
}
await emulator.close();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
