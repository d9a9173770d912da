#!/bin/sh
# emulate's GitHub leaves a pull request open whose branch was deleted.
#
# Software:  emulate 0.12.2
# Expected:  the pull request is closed along with its branch, as GitHub does.
# Behaviour: it stays open, and merging it succeeds. What counts open pull requests, or
#            deletes a branch to take a proposal back, behaves otherwise at GitHub.
# Seen:
#   delete the branch: 204
#   the branch: 404
#   the pull request: open
#   merge: 200, merged true
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
const content = Buffer.from("new").toString("base64");
await ask("PUT", "/contents/new.txt", { message: "m", branch: "branch", content });
const pull = await ask("POST", "/pulls", { title: "x", head: "branch", base: "main" });
const path = `/pulls/${pull.body.number}`;
console.log(`delete the branch: ${(await ask("DELETE", "/git/refs/heads/branch")).status}`);
console.log(`the branch: ${(await ask("GET", "/git/ref/heads/branch")).status}`);
console.log(`the pull request: ${(await ask("GET", path)).body.state}`);
const { status, body } = await ask("PUT", `${path}/merge`, {});
console.log(`merge: ${status}, merged ${body.merged}`);
await emulator.close();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
