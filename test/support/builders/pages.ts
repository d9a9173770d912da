import { renderDiff } from "../../../src/adapters/unified-diff.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import type { HostProbe } from "../../../src/core/probe/host-probe.ts";
import type { Checked } from "../../../src/core/check/checked-fleet.ts";
import { renderHtml } from "../../../src/core/report/html/index.ts";
import type { Markup } from "../../../src/core/report/html/markup.ts";
import type { PageFacts } from "../../../src/core/report/html/model.ts";
import { emptyLedger } from "../../../src/core/rollout/ledger/ledger.ts";
import type { LedgerEvent } from "../../../src/core/rollout/ledger/entry.ts";
import { describeFleet } from "../../../src/core/status/fleet-status.ts";
import { readTrend } from "../../../src/core/status/trend.ts";
import { checkFleet, type FleetCheck } from "../../../src/core/check/check-fleet.ts";
import type { EarlierReport } from "../../../src/core/check/earlier-report.ts";
import { compareSince } from "../../../src/core/check/since.ts";
import { createMemoryFiles } from "./fleet.ts";
import type { Fleet } from "./fleets.ts";
import { accept, hardened, probeOf, seen, until, withPort, withTls } from "./observations.ts";
import { makeRollout } from "./rollout-states.ts";
import type { Host } from "../../../src/core/fleet/verdict.ts";
import { nothingRelaxed } from "./relaxed.ts";

export const facts: PageFacts = {
  command: "check",
  asOf: "2026-11-25",
  commit: "0123456789abcdef0123456789abcdef01234567",
  inputs: [{ path: "hosts/a/stpd.ini", digest: "0".repeat(64) }],
  hash: hashSha256,
  fixes: [],
  diff: renderDiff,
  probes: [],
};

/** A part of a page as one text. */
export function printMarkup({ print }: Markup): string {
  const texts: string[] = [];
  print((text) => texts.push(text));
  return texts.join("");
}

/** The page as one text. */
export function renderPage(checked: Checked, about: PageFacts): string {
  const pieces: string[] = [];
  renderHtml(checked, about, (piece) => pieces.push(piece));
  return pieces.join("");
}

function checkOn25(fleet: Fleet): FleetCheck {
  const request = { paths: ["."], overrides: {}, asOf: "2026-11-25" };
  return checkFleet(request, createMemoryFiles(fleet));
}

/** The page of a fleet in memory that was different before. */
export function renderChanged(before: Fleet, now: Fleet): string {
  const { findings, hosts } = checkOn25(before);
  const earlier = {
    findings: findings.map(({ finding }) => finding),
    hosts,
    relaxed: { baselined: 0 },
  };
  return renderFleet(now, {}, earlier);
}

/** The page of a fleet in memory. */
export function renderFleet(
  fleet: Fleet,
  more: Partial<PageFacts> = {},
  earlier?: EarlierReport,
): string {
  const checked = checkOn25(fleet);
  const since = earlier && compareSince(earlier, checked, checked.findings);
  return renderPage({ ...checked, since }, { ...facts, fixes: checked.fixes, ...more });
}

const half = (priority: string): string =>
  `[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`;

const kinds: readonly string[] = [
  half(vendorPriority).replaceAll(/STPD_(HTTP_)?PORT/g, "# $&"),
  half("NORMAL"),
  half(vendorPriority),
  half("NORMAL:-SRP:-VERS-TLS1.0").replace("STPD_HTTPS_PORT", "# $&"),
  half("NORMAL:-VERS-TLS1.1").replace(
    "STPD_HTTP_PORT",
    "# sesam-harden: allow http-port-open until 2027-03-31 because SAP backint needs it (CHG-1234)\n$&",
  ),
  `${half("NORMAL:-VERS-ALL")}STPD_PROT=1\nSTPD_PORT=x\n`,
];

/** A fleet of any size, in four environments, in which the kinds of hosts repeat. */
export function makeFleet(size: number): Fleet {
  const environments = ["production", "lab", "branch", undefined];
  const files = Array.from({ length: size }, (_, index) => {
    const folder = `hosts/${index % 7 === 0 ? "sap" : "rds"}-${String(index).padStart(4, "0")}/`;
    const environment = environments[(index * 7) % environments.length];
    const host = environment === undefined ? "" : `environment = ${environment}\n`;
    return [
      [`${folder}stpd.ini`, kinds[(index * index) % kinds.length] ?? ""],
      [`${folder}host.ini`, `role = rds\n${host}`],
    ] as const;
  });
  return Object.fromEntries(files.flat());
}

const sights: readonly HostProbe[] = [
  probeOf(hardened),
  probeOf(withPort("http", "open")),
  probeOf(withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1")), {
    ...withTls("TLS1.3", seen()),
    address: "2001:db8::1:2",
  }),
  probeOf(until("2026-12-01T00:00:00Z")),
  probeOf(withPort("https", "filtered")),
  {
    host: "",
    verdict: "unknown",
    addresses: [],
    unchecked: [],
    reasons: [
      {
        answer: "unknown",
        code: "name-not-resolved",
        message: "the name gives no address: ENOTFOUND",
      },
    ],
  },
];

const verdicts = ["hardened", "partial", "partial", "hardened", "unknown", "unknown"] as const;

/** The page of a verification of this many hosts. */
export function renderVerified(size: number, more: Partial<PageFacts> = {}): string {
  const hosts = Array.from({ length: size }, (_, index): Host => ({
    name: `host${index}`,
    role: index === 0 ? "server" : "rds",
    environment: index % 2 === 0 ? "production" : "lab",
    verdict: verdicts[index % verdicts.length] ?? "locked-out",
  }));
  const probes = hosts.flatMap(({ name }, index) => {
    const sight = sights[index % sights.length];
    return sight === undefined ? [] : [{ ...sight, host: name }];
  });
  const checked: Checked = {
    findings: [],
    hosts,
    failOn: () => "error",
    relaxed: nothingRelaxed,
  };
  return renderPage(checked, { ...facts, command: "verify", probes, ...more });
}

const now = 1_800_000_000;

/** The page of a status: hosts of every kind, and a history of verify runs. */
export function renderStatus(size: number, hostile = ""): string {
  const hosts = Array.from({ length: size }, (_, index): Host => ({
    name: `${hostile}host${index}`,
    role: "rds",
    environment: index % 2 === 0 ? "production" : "lab",
    verdict: verdicts[index % verdicts.length] ?? "locked-out",
  }));
  const checked: Checked = {
    findings: [],
    hosts,
    failOn: () => "error",
    relaxed: nothingRelaxed,
  };
  const rollout = makeRollout({ state: { kind: "succeeded" }, approvals: ["ben", "carl"] });
  const results = hosts.slice(1).map(({ name: host }, index) => {
    const outcome = index % 3 === 0 ? "bad" : "good";
    const reason = outcome === "bad" ? "undone" : "";
    return [host, { host, outcome, reason, sentAt: now - 7300 } as const] as const;
  });
  const trace = {
    requestedAt: now - 9000,
    movedAt: now - 7200,
    isReminded: false,
    reason: "",
    stoppedBy: null,
    refused: null,
    approvals: [],
    run: null,
  };
  const wires = hosts.slice(2).map(({ name: host, verdict }) => ({ host, verdict, rules: [] }));
  const events = [30, 20, 10].map((days, index) => ({
    event: {
      kind: "verify",
      run: index + 1,
      at: now - days * 86_400,
      hosts: wires.slice(0, (index + 1) * 4),
      gone: [],
    },
  })) as readonly { readonly event: LedgerEvent }[];
  const ledger = {
    ...emptyLedger,
    rollouts: new Map([[rollout.id, rollout]]),
    traces: new Map([[rollout.id, { ...trace, results: new Map(results) }]]),
    wire: {
      last: { run: 3, at: now - 600 },
      hosts: new Map(wires.map((one) => [one.host, one])),
    },
  };
  const commit = facts.commit ?? "";
  const repoFiles = new Map<string, string>();
  const asked = {
    checked,
    repoFiles,
    ledger,
    commit,
    ledgerCommit: null,
    nowSeconds: now,
    wireLimitSeconds: 3600,
  };
  const past = { status: describeFleet(asked), trend: readTrend(events), ledger };
  return renderPage(checked, { ...facts, command: "status", past });
}
