import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { loadTargets } from "../../../../src/core/config-repo/load-hosts.ts";
import {
  compareHost,
  type ComparedHost,
} from "../../../../src/core/rollout/controller/find-drift.ts";
import type { HostProbe } from "../../../../src/core/probe/host-probe.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import {
  accept,
  hardened,
  probeOf,
  withPort,
  withTls,
} from "../../../support/builders/observations.ts";
import { bridgeOf, filesOf, hard, soft } from "../../../support/builders/rollout.ts";

const [read] = loadTargets(
  { paths: ["."], overrides: {}, names: [] },
  createMemoryFiles(filesOf({ rds1: {} })),
).hosts;

function compare(change: Partial<ComparedHost> & { readonly file?: string }) {
  if (read === undefined) throw new Error("no host");
  const { file = hard, ...rest } = change;
  const verified = { digest: hashSha256(file), bytes: file };
  const probe: HostProbe = { ...probeOf(hardened), host: "rds1" };
  const host = { read, probe, rules: [], verified, onHost: undefined, ...rest };
  return compareHost(host, hashSha256);
}

const bridge = bridgeOf(hard, soft);
const old = "STPD_PORT";

test.each<{
  name: string;
  host: Parameters<typeof compare>[0];
  causes: readonly string[];
  says?: string;
  isComplete?: boolean;
}>([
  { name: "everything is as verified", host: {}, causes: [] },
  {
    name: "a port that the verified file closes",
    host: { probe: probeOf(withPort("ftp", "open")) },
    causes: ["ports"],
    says: `port 11001 takes connections, although the file that was last verified closes ${old}`,
  },
  {
    name: "the same port, which the verified file opens",
    host: { file: bridge, probe: probeOf(withPort("ftp", "open")) },
    causes: [],
  },
  {
    name: "a TLS version that it disables",
    host: { probe: probeOf(withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1"))) },
    causes: ["tls"],
    says: "TLS1.0",
  },
  {
    name: "HTTPS that is closed",
    host: { probe: probeOf(withPort("https", "closed")) },
    causes: ["unreachable"],
  },
  {
    name: "a port that does not answer is unknown, not drift",
    host: { probe: probeOf(withPort("ftp", "filtered")) },
    causes: [],
    isComplete: false,
  },
  { name: "no probe", host: { probe: undefined }, causes: [], isComplete: false },
  { name: "a name without an address", host: { probe: probeOf() }, causes: [], isComplete: false },
  {
    name: "a different file was seen later",
    host: { onHost: "f".repeat(64) },
    causes: ["file"],
    says: "its stpd.ini has the SHA-256 ffffffffffff, but",
  },
  {
    name: "the verified file was seen later",
    host: { onHost: hashSha256(hard) },
    causes: [],
  },
  {
    name: "a different file, according to verify on the host",
    host: { rules: ["host-file-drift"] },
    causes: ["file"],
    says: "its stpd.ini differs from the one that was verified",
  },
  {
    name: "verify on the host, while the config repo has a newer file",
    host: { file: bridge, rules: ["host-file-drift"] },
    causes: [],
  },
])(
  "compares a host with what was verified there: $name",
  ({ host, causes, says, isComplete = true }) => {
    const seen = compare(host);
    expect(seen.causes).toEqual(causes);
    expect(seen.details.length > 0).toBe(causes.length > 0);
    if (says !== undefined) expect(seen.details.join("; ")).toContain(says);
    if (causes.length === 0) expect(seen.isComplete).toBe(isComplete);
  },
);
