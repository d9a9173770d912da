import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printIni } from "../../../../src/core/formats/ini/document.ts";
import type { LedgerHost } from "../../../../src/core/rollout/ledger/ledger.ts";
import { digestGlobals } from "../../../../src/core/rollout/plan/plan.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import {
  compareTarget,
  findUnclosed,
  judgeClosing,
  type TargetHost,
} from "../../../../src/core/rollout/controller/compare-target.ts";
import { loadTargets } from "../../../../src/core/config-repo/load-hosts.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import { filesOf, hard, planOf, proofOf } from "../../../support/builders/rollout.ts";

const fleet = { rds1: {}, rds2: {}, s1: { facts: "role = server\n" } };
const { plan } = planOf(fleet);

function targetsOf(files: Readonly<Record<string, string>>): readonly TargetHost[] {
  const request = { paths: ["."], overrides: {}, names: [] };
  return loadTargets(request, createMemoryFiles(files)).hosts.map(({ folder, parse }) => {
    const { stpd } = folder;
    return { folder, parse, bytes: stpd.kind === "file" ? printIni(stpd.document) : undefined };
  });
}

const files = filesOf(fleet);
const { "hosts/rds2/stpd.ini": _, "hosts/rds2/host.ini": __, ...withoutRds2 } = files;

test.each<{ name: string; files: Readonly<Record<string, string>>; is: "same" | "changed" }>([
  { name: "nothing differs", files, is: "same" },
  {
    name: "a host was added",
    files: { ...files, "hosts/rds9/stpd.ini": hard },
    is: "same",
  },
  {
    name: "a file differs",
    files: { ...files, "hosts/rds2/stpd.ini": `${hard}#\n` },
    is: "changed",
  },
  {
    name: "facts differ",
    files: { ...files, "hosts/rds2/host.ini": "environment = production\nwave = 3\n" },
    is: "changed",
  },
  {
    name: "the policy differs",
    files: { ...files, "sesam-harden.ini": "profile = strict\n" },
    is: "changed",
  },
  { name: "a host was removed", files: withoutRds2, is: "changed" },
  { name: "a file is not text", files: { ...files, "hosts/rds2/stpd.ini": "a\0b" }, is: "changed" },
])("the branch has the planned files, or not: $name", ({ files: now, is }) => {
  expect(compareTarget(plan, targetsOf(now), hashSha256)).toBe(is);
});

test("refuses two hosts with the same name", () => {
  const [one, ...others] = targetsOf(files);
  if (one === undefined) throw new Error("no host");
  const name = plan.hosts[0]?.name ?? "";
  const twins = targetsOf(files).filter(({ folder }) => folder.name === name);
  expect(compareTarget(plan, [one, ...others, ...twins], hashSha256)).toBe("changed");
});

const targets = targetsOf({ ...files, "hosts/lab/stpd.ini": hard });
const known = (...names: readonly string[]) =>
  new Map<string, LedgerHost>(
    names.map((host) => [host, { host, file: "0".repeat(64), proven: proofOf("open") }]),
  );

test.each([
  {
    name: "HTTPS is not verified on any host",
    hosts: known(),
    exceptions: [],
    is: "open-not-proven",
  },
  {
    name: "HTTPS is not verified on one host",
    hosts: known("rds1", "rds2"),
    exceptions: [],
    is: "open-not-proven",
  },
  {
    name: "a different file was seen on one later",
    hosts: known("rds1", "rds2").set("s1", { host: "s1", file: "", proven: null }),
    exceptions: [],
    is: "open-not-proven",
  },
  {
    name: "that host is an exception",
    hosts: known("rds1", "rds2"),
    exceptions: ["s1"],
    is: "ready",
  },
  { name: "all have", hosts: known("rds1", "rds2", "s1"), exceptions: [], is: "ready" },
])("closing is possible, or not: $name", ({ hosts, exceptions, is }) => {
  const own = targets.filter(({ folder }) => folder.name !== "lab");
  const globals = digestGlobals(own, hashSha256);
  const record = { ...newEnvironment("production"), globals };
  const records = { environment: record, hosts };
  expect(judgeClosing({ ...plan, exceptions }, targets, records, hashSha256)).toBe(is);
  const unset = { environment: newEnvironment("production"), hosts };
  const isOpen = is === "ready" ? "globals-not-set" : is;
  expect(judgeClosing({ ...plan, exceptions }, targets, unset, hashSha256)).toBe(isOpen);
});

const host = (
  name: string,
  phase: "open" | "close" | null,
  file = "0".repeat(64),
): [string, LedgerHost] => [
  name,
  { host: name, file, proven: phase === null ? null : proofOf(phase) },
];
const current = hashSha256(hard);

test.each<{
  name: string;
  hosts: readonly [string, LedgerHost][];
  left: readonly string[];
}>([
  {
    name: "all were verified closed",
    hosts: [host("rds1", "close"), host("s1", "close")],
    left: [],
  },
  { name: "one was never seen", hosts: [host("rds1", "close")], left: ["s1"] },
  { name: "one is open", hosts: [host("rds1", "close"), host("s1", "open")], left: ["s1"] },
  {
    name: "the file of open is that of close",
    hosts: [host("rds1", "close"), host("s1", "open", current)],
    left: [],
  },
  {
    name: "it has that file, but was never verified",
    hosts: [host("rds1", "close"), host("s1", null, current)],
    left: ["s1"],
  },
])("an environment is closed, or not: $name", ({ hosts, left }) => {
  const own = targets.filter(({ folder }) => ["rds1", "s1"].includes(folder.name));
  expect(findUnclosed(own, new Map(hosts), hashSha256)).toEqual(left);
});
