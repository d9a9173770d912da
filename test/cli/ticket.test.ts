import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSigner } from "../../src/adapters/signatures.ts";
import { printCanonical } from "../../src/core/formats/json/canonical.ts";
import { readPublicKey } from "../../src/core/formats/jws.ts";
import { signTicket, type TicketClaims } from "../../src/core/rollout/dispatch/ticket.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { runGit } from "../support/harness/git.ts";
import { runDeno, runNode, startDeno, startNode, type Ended } from "../support/harness/programs.ts";
import { makeTicketBench } from "../support/builders/tickets.ts";

type Run = (args: readonly string[], cwd: string) => Promise<Ended>;
const runtimes: readonly (readonly [string, Run])[] = [
  ["Node", (args, cwd) => startNode(args, { cwd })],
  ["Deno", (args, cwd) => startDeno(["--allow-read", "--allow-write"], args, { cwd })],
];
const bench = await makeTicketBench();
const seconds = Math.floor(Date.now() / 1000);
const claims: TicketClaims = { ...bench.claims, nbf: seconds - 60, exp: seconds + 3600 };

test.each(runtimes)("a generated key signs, and is never printed, under %s", async (_, run) => {
  const folder = writeFleet({ "keys/readme": "" });
  const { status, stdout, stderr } = await run(["ticket", "keygen", "--out", "keys/a.jwk"], folder);
  expect(status).toBe(0);
  const path = join(folder, "keys/a.jwk");
  expect(statSync(path).mode & 0o7777).toBe(0o600);
  const text = readFileSync(path, "utf8");
  const { d } = JSON.parse(text);
  expect(stdout + stderr).not.toContain(d);
  const key = readPublicKey(stdout);
  expect((await openSigner(text)).kid).toBe(key?.kid);

  writeFileSync(join(folder, "a.pub"), stdout);
  const ticket = await signTicket(claims, await openSigner(text));
  const verified = await run(["ticket", "verify", ticket, "--key", "a.pub"], folder);
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
  expect(verified.stdout).toContain("accepted: the ticket is signed and valid now");

  const again = await run(["ticket", "keygen", "--out", "keys/a.jwk"], folder);
  expect([again.status, again.stdout]).toEqual([4, ""]);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("the public key is printed in the form that pins and host install expect", () => {
  const folder = writeFleet({ readme: "" });
  const make = (format: string): string =>
    runNode(["ticket", "keygen", "--out", format, "--format", format], { cwd: folder }).stdout;
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const [pins, key] = [make("pins"), make("key")];
  expect(pins).toBe(`[key.${read("pins").kid}]\npublic = ${read("pins").x}\n`);
  const { kid, x } = read("key");
  expect(key).toBe(`${kid}:${x}\n`);
  expect(readPublicKey(key)).toEqual({ kid, x });
});

test("no key is written where it could be committed, or to standard output", () => {
  const folder = writeFleet({ "a/readme": "" });
  runGit(folder, "init", "--quiet");
  for (const out of [["--out", "a/key"], ["--out", "-"], []]) {
    const { status, stdout } = runNode(["ticket", "keygen", ...out], { cwd: folder });
    expect([status, stdout]).toEqual([2, ""]);
  }
});

/** The keys of the bench, a plan and a broken one, in a directory. */
function writeBench(): string {
  const publicOf = ({ kid, x }: { readonly kid: string; readonly x: string }): string =>
    `${printCanonical({ crv: "Ed25519", kid, kty: "OKP", x })}\n`;
  return writeFleet({
    "current.pub": publicOf(bench.current.publicKey),
    "next.pub": publicOf(bench.next.publicKey),
    "stranger.pub": publicOf(bench.stranger.publicKey),
    "current.jwk": bench.current.privateKey,
    "plan.json": printCanonical(bench.plan),
    "other.json": printCanonical({ ...bench.plan, asOf: "2026-11-26" }),
  });
}

test("both keys are valid during a key rotation", async () => {
  const folder = writeBench();
  const keys = ["--key", "current.pub", "--key", "next.pub"];
  for (const { signer } of [bench.current, bench.next]) {
    const input = `${await signTicket(claims, signer)}\n`;
    for (const run of [runNode, runDeno]) {
      const { status, stdout } = run(["ticket", "verify", "-", ...keys, "--format", "json"], {
        cwd: folder,
        input,
      });
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        schemaVersion: 1,
        accepted: true,
        heldAgainstPlan: false,
        reason: null,
        claims,
      });
    }
  }
});

test.each<{ name: string; claim?: Partial<TicketClaims>; args?: readonly string[]; says: string }>([
  {
    name: "all checks",
    args: [
      "--host",
      "rds2",
      "--wave",
      "2",
      "--phase",
      "open",
      "--environment",
      "production",
      "--commit",
      bench.plan.commit,
      "--repository",
      "4711",
      "--last-sequence",
      "21",
    ],
    says: "accepted",
  },
  { name: "a host of another wave", args: ["--host", "s1"], says: "ticket-host" },
  { name: "another wave", args: ["--wave", "1"], says: "ticket-wave" },
  { name: "the other phase", args: ["--phase", "close"], says: "ticket-phase" },
  { name: "another environment", args: ["--environment", "lab"], says: "ticket-environment" },
  { name: "another commit", args: ["--commit", "f".repeat(40)], says: "ticket-commit" },
  { name: "another repository", args: ["--repository", "1000000"], says: "ticket-repository" },
  {
    name: "a newer one that was accepted",
    args: ["--last-sequence", "22"],
    says: "ticket-sequence",
  },
  { name: "expired", claim: { exp: seconds - 3600 }, says: "ticket-expired" },
  { name: "early", claim: { nbf: seconds + 3600 }, says: "ticket-early" },
  {
    name: "early, and clocks that differ much",
    claim: { nbf: seconds + 3600 },
    args: ["--clock-skew", "7200"],
    says: "accepted",
  },
])("against a plan, $name: $says", async ({ claim = {}, args = [], says }) => {
  const folder = writeBench();
  const ticket = await signTicket({ ...claims, ...claim }, bench.current.signer);
  const { status, stdout } = runNode(
    ["ticket", "verify", ticket, "--key", "current.pub", "--plan", "plan.json", ...args],
    { cwd: folder },
  );
  const [line = ""] = stdout.split("\n");
  expect([status, line]).toEqual(
    says === "accepted"
      ? [0, "accepted: the ticket allows this wave of this plan"]
      : [1, expect.stringMatching(`^refused: ${says}: `)],
  );
});

test("refuses another plan, another key and a forgery, and repeats nothing of the ticket", async () => {
  const folder = writeBench();
  const ticket = await signTicket(claims, bench.current.signer);
  const verify = (...args: readonly string[]) => {
    const { status, stdout } = runNode(["ticket", "verify", ...args, "--format", "json"], {
      cwd: folder,
    });
    const { accepted, claims: said, reason } = JSON.parse(stdout);
    expect([status, accepted, said]).toEqual([1, false, null]);
    return reason;
  };
  expect(verify(ticket, "--key", "current.pub", "--plan", "other.json")).toBe("ticket-plan");
  expect(verify(ticket, "--key", "stranger.pub")).toBe("ticket-key-unknown");
  expect(verify(`${ticket.slice(0, -4)}AAAA`, "--key", "current.pub")).toMatch(
    /^ticket-(signature|malformed)$/,
  );
  expect(verify("x", "--key", "current.pub")).toBe("ticket-malformed");
});

test.each([
  { name: "no key", args: ["x"] },
  { name: "no ticket", args: ["--key", "current.pub"] },
  { name: "a private key", args: ["x", "--key", "current.jwk"] },
  { name: "no plan", args: ["x", "--key", "current.pub", "--plan", "current.pub"] },
  { name: "a host without a plan", args: ["x", "--key", "current.pub", "--host", "rds2"] },
  {
    name: "a wave that is not a number",
    args: ["x", "--key", "current.pub", "--plan", "plan.json", "--wave", "two"],
  },
])("with $name it says what it expects", ({ args }) => {
  const { d } = JSON.parse(bench.current.privateKey);
  const { status, stdout, stderr } = runNode(["ticket", "verify", ...args], { cwd: writeBench() });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).not.toContain(d);
  expect(runNode(["ticket", "make"]).status).toBe(2);
});
