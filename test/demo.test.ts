import { X509Certificate, createPrivateKey } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeCertificate } from "../examples/demo/certificate.ts";
import { readLine } from "../examples/demo/play.ts";
import { hasHosts } from "../examples/demo/world.ts";

const demo = fileURLToPath(new URL("../examples/demo.ts", import.meta.url));

interface Played {
  readonly code: number | null;
  readonly text: string;
  /** Results that the demo left, by name. */
  readonly left: ReadonlyMap<string, string>;
}

/** Plays the demo like npm; `lines` are the user's input. */
async function playDemo(args: readonly string[], lines: readonly string[] = []): Promise<Played> {
  const child = spawn(process.execPath, [demo, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (some: string) => {
      text += some;
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  const [folder] = /\S+sesam-harden-demo-\w+/.exec(text) ?? [];
  if (folder !== undefined) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const names = ["fleet.html", "pull-request.md", "ledger.txt", "slack.txt"];
  const left = names
    .map((name) => [name, `${folder}/${name}`] as const)
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => [name, readFileSync(path, "utf8")] as const);
  return { code, text, left: new Map(left) };
}

/** The parts occur in this order. */
function expectInOrder(text: string, parts: readonly string[]): void {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    expect(found, `${part}, in\n${text.slice(at)}`).toBeGreaterThanOrEqual(0);
    at = found + part.length;
  }
}

const beginning = [
  "12 of 12 findings can be fixed automatically: run sesam-harden fix.",
  "Fix pull request created",
  "3 hosts: 3 hardened. No findings.",
  "Fleet: 0 of 3 hosts hardened",
];

test("the whole loop: the timer of a host restores its file, and in the end all are hardened", async () => {
  const { code, text, left } = await playDemo([]);
  expectInOrder(text, beginning);
  if (!hasHosts) return expect(code).toBe(0);
  expectInOrder(text, [
    ...beginning,
    "Waiting for approval: 0 of 1 given.",
    "of 3 hosts ready as of",
    "anna clicks approve",
    "Reason: own-change. Nothing was changed.",
    "ben clicks approve",
    "rds-berlin | checking whether the host is hardened and reachable",
    "rds-berlin | (the runner loses power",
    "Failed: wave 1: rds-berlin unknown.",
    "Wave 2 of 3: 1 not started: rds-munich.",
    "ben unlocked production: ",
    "sesam | checking whether the host is hardened and reachable",
    "Succeeded: 2 of 2 hosts verified.",
    "(open-not-proven)",
    '"cause":"timer","host":"rds-berlin","result":{"kind":"restored","file":"old"',
    "rds-berlin has its complete old file again and is reachable as before.",
    "rds-berlin | checking whether the host is hardened and reachable",
    "Succeeded: 3 of 3 hosts verified.",
    "Phase: close, disables HTTP and FTP",
    "by hand: win1",
    "1 host by hand; it can be rolled out once it is approved.",
    "# This script was never tried on Windows",
    "Fleet: 3 of 3 hosts hardened",
    "failed (wave 1: rds-berlin unknown)",
    "the ledger holds at commit",
    "Look at",
  ]);
  expect(text).not.toMatch(/ghs_|xoxb/);
  expect(left.get("fleet.html")).toContain("rds-munich");
  expect(left.get("pull-request.md")).toContain("# STPD_PORT=");
  expect(left.get("ledger.txt")).toContain("approve");
  expect(left.get("slack.txt")).toContain("Rollout");
  expect(code).toBe(0);
});

test("the user continues with own commands after the first steps", async () => {
  const { code, text } = await playDemo(
    ["--play"],
    [
      "/sesam-harden rollout open production because I want to see it",
      "click approve",
      "click approve 2020-1-1 as ben",
      "click deny as ben",
      "nonsense",
      "/sesam-harden status as carl",
      "exit",
      "/sesam-harden help",
    ],
  );
  expectInOrder(text, [
    ...beginning,
    "Now you",
    "anna: /sesam-harden rollout open production because I want to see it",
    "Reason: own-change. Nothing was changed.",
    "there is no rollout 2020-1-1",
    "ben clicks deny",
    "(Deny",
    "demo> ",
    "click BUTTON",
    "carl: /sesam-harden status",
    "Look at",
  ]);
  expect(text).not.toContain("/sesam-harden help\n\n");
  expect(code).toBe(0);
});

test("with --pause each step waits for a key, and continues without a terminal", async () => {
  const { code, text } = await playDemo(["--pause", "--play"], ["", "", "", "", "exit"]);
  expect(text.match(/press a key to continue/g)?.length).toBe(4);
  expect(code).toBe(0);
});

test("lists its options", async () => {
  const { code, text } = await playDemo(["--help"]);
  expect(code).toBe(0);
  expect(text).toContain("--pause");
});

test.each([
  ["", { kind: "nothing" }],
  ["  /sesam-harden   status  ", { kind: "type", user: "anna", text: "status" }],
  ["/sesam-harden status as ben", { kind: "type", user: "ben", text: "status" }],
  ["/sesam-harden status as dora", { kind: "type", user: "anna", text: "status as dora" }],
  ["click approve", { kind: "click", user: "anna", action: "approve", id: undefined }],
  [
    "click deny production-open-3 as carl",
    { kind: "click", user: "carl", action: "deny", id: "production-open-3" },
  ],
  ["click nothing", { kind: "usage" }],
  ["click approve a b", { kind: "usage" }],
  ["card production-open-3", { kind: "card", id: "production-open-3" }],
  ["verify", { kind: "verify" }],
  ["exit", { kind: "exit" }],
  ["what?", { kind: "usage" }],
])("reads %j", (line, expected) => {
  expect(readLine(line)).toEqual(expected);
});

test("makes a certificate that Node reads, for its key and addresses", () => {
  const { key, cert } = makeCertificate("rds1", ["127.0.0.1", "127.0.0.2"]);
  const read = new X509Certificate(cert);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.checkHost("rds1")).toBe("rds1");
  expect(["127.0.0.1", "127.0.0.2", "127.0.0.3"].map((one) => read.checkIP(one))).toEqual([
    "127.0.0.1",
    "127.0.0.2",
    undefined,
  ]);
  expect(read.ca).toBe(false);
  const days = (Date.parse(read.validTo) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});
