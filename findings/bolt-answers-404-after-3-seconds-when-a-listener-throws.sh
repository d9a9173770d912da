#!/bin/sh
# Bolt answers 404, after three seconds, when a listener throws before it acknowledges.
#
# Software:  @slack/bolt 5.1.0
# Expected:  500 at once: the error is known, and the error handler of the app has run.
# Behaviour: the request stays open until the time for an acknowledgement has passed, then
#            it gets 404, as an address or a command that does not exist does.
# Seen:
#   handler of the app: cannot read the fleet
#   404, after 3 s or more
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
app.command("/example", async () => {
  throw new Error("cannot read the fleet");
});
app.error(async ({ message }) => console.log(`handler of the app: ${message}`));
const server = await app.start({ port: 0, host: "127.0.0.1" });
const body = "command=/example&text=&team_id=T1&user_id=U1&channel_id=C1&api_app_id=A1";
const time = String(Math.floor(Date.now() / 1000));
const sum = createHmac("sha256", signingSecret).update(`v0:${time}:${body}`).digest("hex");
const before = performance.now();
const { status } = await fetch(`http://127.0.0.1:${server.address().port}/slack/events`, {
  method: "POST",
  headers: {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": time,
    "x-slack-signature": `v0=${sum}`,
  },
  body,
});
console.log(`${status}, ${performance.now() - before < 2900 ? "at once" : "after 3 s or more"}`);
await app.stop();
EOF
seen=$(cd "$tmp" && node run.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
