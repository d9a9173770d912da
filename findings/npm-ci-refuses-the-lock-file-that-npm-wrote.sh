#!/bin/sh
# npm install writes a lock file that npm ci refuses.
#
# Software:  npm 11.19.1
# Expected:  what npm install has just written is in sync with package.json.
# Behaviour: an optional dependency that the registry does not have is left out of the lock
#            file without a word, and npm ci, also with --omit=optional, says that it is
#            missing there. Seen with vite 8.4.0 and napi-windows-process-start-time.
# Seen:
#   npm install: exit 0, up to date
#   npm ci: exit 1, npm error Missing: not-there@ from lock file
#   npm ci --omit=optional: exit 1, npm error Missing: not-there@ from lock file
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --ignore-scripts --prefix "$tmp" npm@11.19.1 >/dev/null 2>&1 ||
  { echo 'cannot install npm 11.19.1' >&2; exit 2; }
mkdir "$tmp/project" && cd "$tmp/project" || exit 2
cat >package.json <<'EOF'
{ "name": "p", "version": "1.0.0", "optionalDependencies": { "not-there": "^1.0.0" } }
EOF
cat >"$tmp/run.cjs" <<'EOF'
const { execFile } = require("node:child_process");
const { createServer } = require("node:http");

// The registry, which has nothing
const server = createServer((_, response) => response.writeHead(404).end("{}"));
const npm = (words) =>
  new Promise((resolve) => {
    const registry = `--registry=http://127.0.0.1:${server.address().port}/`;
    const options = [...words.split(" "), "--no-audit", "--no-fund", registry];
    const cli = "../node_modules/npm/bin/npm-cli.js";
    execFile("node", [cli, ...options], (error, stdout, stderr) => {
      const [text] = /up to date|npm error Missing.*/.exec(stdout + stderr) ?? [];
      console.log(`npm ${words}: exit ${error?.code ?? 0}, ${text}`);
      resolve();
    });
  });
server.listen(0, "127.0.0.1", async () => {
  for (const words of ["install", "ci", "ci --omit=optional"]) await npm(words);
  server.close();
});
EOF
seen=$(node "$tmp/run.cjs" 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
