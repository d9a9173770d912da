#!/bin/sh
# Bolt misses every second command whose pattern has the flag g.
#
# Software:  @slack/bolt 5.1.0
# Expected:  the flag changes nothing, as with String.match or a search.
# Behaviour: the pattern keeps its place from the last match, so the next command is not
#            recognised, waits 3 seconds and gets 404. The one after that works again.
# Seen:
#   first: 200 done
#   second: 404
#   third: 200 done
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
npm i --silent --no-audit --no-fund --prefix "$tmp" @slack/bolt@5.1.0 >/dev/null 2>&1 ||
  { echo 'cannot install @slack/bolt 5.1.0' >&2; exit 2; }
cat >"$tmp/run.mjs" <<'EOF'
import { createHmac } from "node:crypto";
import bolt from "@slack/bolt";

const signingSecret = "not a secret";
const receiver = new bolt.HTTPReceiver({ signingSecret, logLevel: "error" });
const app = new bolt.App({
  receiver,
  logLevel: "error",
  authorize: async () => ({ botToken: "none", botId: "B1" }),
});
app.command(/^\/example/g, ({ ack }) => ack("done"));
const server = await app.start({ port: 0, host: "127.0.0.1" });
for (const name of ["first", "second", "third"]) {
  const body = "command=/example&text=&team_id=T1&user_id=U1&channel_id=C1&api_app_id=A1";
  const time = String(Math.floor(Date.now() / 1000));
  const sum = createHmac("sha256", signingSecret).update(`v0:${time}:${body}`).digest("hex");
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/slack/events`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": time,
      "x-slack-signature": `v0=${sum}`,
    },
    body,
  });
  console.log(`${name}: ${answer.status} ${await answer.text()}`.trim());
}
await app.stop();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
