#!/bin/sh
# emulate's GitHub merges a pull request whose files conflict.
#
# Software:  emulate 0.12.2
# Expected:  405 "Pull Request is not mergeable", as GitHub documents for a merge that cannot
#            be performed.
# Behaviour: nothing is merged: the new commit has both parents and the tree of the head.
#            What changed on the base since is undone, also in files that the pull request
#            does not touch.
# Seen:
#   merge: 200, merged true
#   both.txt, changed on main and on the branch: branch
#   main.txt, added on main only: main, then 404
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
const write = async (path, branch, text) => {
  const { body } = await ask("GET", `/contents/${path}?ref=${branch}`);
  const content = Buffer.from(text).toString("base64");
  await ask("PUT", `/contents/${path}`, { message: "m", branch, content, sha: body.sha });
};
const read = async (path) => {
  const { status, body } = await ask("GET", `/contents/${path}?ref=main`);
  return status === 200 ? Buffer.from(body.content, "base64") : status;
};
await write("both.txt", "main", "old");
const main = await ask("GET", "/git/ref/heads/main");
await ask("POST", "/git/refs", { ref: "refs/heads/branch", sha: main.body.object.sha });
await write("both.txt", "branch", "branch");
await write("both.txt", "main", "main");
await write("main.txt", "main", "main");
const pull = await ask("POST", "/pulls", { title: "x", head: "branch", base: "main" });
const before = await read("main.txt");
const { status, body } = await ask("PUT", `/pulls/${pull.body.number}/merge`, {});
console.log(`merge: ${status}, merged ${body.merged}`);
console.log(`both.txt, changed on main and on the branch: ${await read("both.txt")}`);
console.log(`main.txt, added on main only: ${before}, then ${await read("main.txt")}`);
await emulator.close();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
