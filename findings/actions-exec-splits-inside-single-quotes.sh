#!/bin/sh
# @actions/exec splits a command line inside single quotes.
#
# Software:  @actions/exec 3.0.0
# Expected:  single quotes hold words together as double quotes do, or are refused.
# Behaviour: only double quotes count. The words arrive with their single quotes, one by
#            one, so the quoted command is another one.
# Seen:
#   "a b": 1 argument: [a b]
#   'a b': 2 arguments: ['a] [b']
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @actions/exec@3.0.0 >/dev/null 2>&1 ||
  { echo 'cannot install @actions/exec 3.0.0' >&2; exit 2; }
cat >"$tmp/show" <<'EOF'
#!/bin/sh
printf '%s: ' "$#"
printf '[%s] ' "$@"
EOF
chmod +x "$tmp/show"
cat >"$tmp/run.mjs" <<'EOF'
import { getExecOutput } from "@actions/exec";

for (const words of ['"a b"', "'a b'"]) {
  const { stdout } = await getExecOutput(`./show ${words}`, [], { silent: true });
  const [count, list] = stdout.trim().split(": ");
  console.log(`${words}: ${count} argument${count === "1" ? "" : "s"}: ${list}`);
}
EOF
seen=$(cd "$tmp" && node run.mjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
