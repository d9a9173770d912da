#!/bin/sh
# emulate's GitHub answers 200 to a token that it does not know.
#
# Software:  emulate 0.12.2
# Expected:  401 "Bad credentials", which GitHub answers also for a public repository.
# Behaviour: an unknown token counts as no token, and a public repository is readable
#            without one. A test of "the token has expired" passes without any handling.
# Seen:
#   no token: 200
#   unknown token: 200
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
const emulator = await createEmulator({ service: "github", port, seed: { github } });
for (const [name, headers] of [
  ["no token", {}],
  ["unknown token", { authorization: "Bearer unknown" }],
]) {
  const { status } = await fetch(`${emulator.url}/repos/example/config`, { headers });
  console.log(`${name}: ${status}`);
}
await emulator.close();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
