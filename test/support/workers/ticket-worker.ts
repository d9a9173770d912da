import { appendFileSync, chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import { readHostReport } from "../../../src/core/rollout/dispatch/host-report.ts";
import { readRecords } from "../../../src/core/rollout/plan/records-file.ts";
import { judgeSignature } from "../../../src/core/rollout/dispatch/report-signature.ts";
import { signTicket, type TicketClaims } from "../../../src/core/rollout/dispatch/ticket.ts";
import { commitAll, runGit } from "../harness/git.ts";
import { hash, installHost } from "../harness/installed-host.ts";
import { desired, plain as old } from "../fakes/host/model-change.ts";
import { createStandInHost } from "../fakes/host/stand-in-host.ts";
import { makeKeys } from "../builders/tickets.ts";

/**
 * Runs inside a namespace: plans with the built program, signs tickets as the controller does, and
 * gives them to `apply` as a job would. Prints by name what each came to.
 */
export type TicketSeen = Readonly<Record<string, string>>;

const addresses = ["127.0.0.1", "127.0.0.2"] as const;
const host = createStandInHost({ flavour: "microhttpd", stpdIni: old, addresses });
const installed = await installHost({ host, desired, addresses: ["127.0.0.2"] });
const seen: Record<string, string> = {};
try {
  await host.run("restart");
  const { repo, root } = installed;
  runGit(repo, "init", "--quiet", "--initial-branch=main");
  const commit = commitAll(repo);
  const again = await installed.run(["host", "install", "--root", root]);
  seen["installed with pins"] = /^created .*$/m.exec(again.stdout)?.[0] ?? again.stderr;
  const records = await installed.run(["host", "records"]);
  const reading = readRecords(records.stdout);
  const keys = reading.kind === "records" ? (reading.records.keys ?? []) : [];
  const hostKeys = new Map(
    keys.map(({ host: name, kid: id, x: point }) => [name, { kid: id, x: point }]),
  );
  writeFileSync(join(root, "records.json"), records.stdout);
  const words = ["plan", "lab", "--phase", "open", "--records", join(root, "records.json")];
  const planned = await installed.run([...words, "--format", "json", repo]);
  if (planned.status !== 0) throw new Error(planned.stderr + planned.stdout);
  const plan = join(root, "plan.json");
  writeFileSync(plan, planned.stdout);

  const [current, stranger] = [await makeKeys(), await makeKeys()];
  const { kid, x } = current.publicKey;
  appendFileSync(installed.pinsFile, `[key.${kid}]\npublic = ${x}\n`);
  const now = Math.floor(Date.now() / 1000);
  const claims: TicketClaims = {
    schemaVersion: 1,
    rollout: "2026-11-17",
    wave: 1,
    sequence: 21,
    repository: 7,
    commit,
    phase: "open",
    environment: "lab",
    plan: hash(planned.stdout),
    ledger: null,
    nbf: now - 10,
    exp: now + 600,
  };
  const apply = async (
    name: string,
    change: Partial<TicketClaims> = {},
    { signer = current.signer, more = [] as readonly string[] } = {},
  ): Promise<void> => {
    const file = join(root, "ticket");
    writeFileSync(file, await signTicket({ ...claims, ...change }, signer));
    const args = ["apply", "--from-job", "--format", "json", "--phase", "open", "--repo", repo];
    const data = ["--plan", plan, "--ticket", file, "--wave", "1", "--commit", commit, ...more];
    const { status, stdout, stderr } = await installed.run([...args, ...data]);
    const { code, sequence } = stdout === "" ? { code: stderr.split("\n")[0] } : JSON.parse(stdout);
    const report = readHostReport(stdout);
    const signature =
      report === undefined ? "" : await judgeSignature(report, "host1", hostKeys, verifySignature);
    const signed = signature === "signed" ? ", signed" : "";
    seen[name] =
      `${status} ${code}${typeof sequence === "number" ? ` by ${sequence}` : ""}${signed}`;
  };
  const attempt = ["--attempt", "1"];
  await apply("signed with an unknown key", {}, { signer: stranger.signer });
  await apply("expired", { nbf: now - 7200, exp: now - 3600 });
  await apply("not valid yet", { nbf: now + 3600, exp: now + 7200 });
  await apply("of another environment", { environment: "production" });
  await apply("of another repository", { repository: 8 });
  await apply("for another plan", { plan: "0".repeat(64) });
  await apply("for another phase", { phase: "close" });
  await apply("with --break-glass as well", {}, { more: ["--break-glass", "why not"] });
  const expect = ["--expect", hash(old)];
  await apply("with another file allowed by the job", {}, { more: expect });
  const before = readFileSync(host.stpdIni, "latin1");
  seen["until here"] = before === old ? "the old file" : "another file";
  await apply("valid");
  seen["after that"] =
    readFileSync(host.stpdIni, "latin1") === old ? "the old file" : "another file";
  await apply("repeated");
  await apply("with the attempt of the run", {}, { more: attempt });
  await apply("an older ticket", { sequence: 20 }, { more: attempt });
  const key = join(installed.state, "report-key");
  seen["the key"] = (statSync(key).mode & 0o777).toString(8);
  chmodSync(key, 0o640);
  await apply("with a key that others may read", {}, { more: attempt });
  writeFileSync(key, "{}");
  chmodSync(key, 0o600);
  await apply("with an invalid key", {}, { more: attempt });
  rmSync(key);
  await apply("without a key", {}, { more: attempt });
} finally {
  await host.remove();
  installed.remove();
}
process.stdout.write(JSON.stringify(seen satisfies TicketSeen));
