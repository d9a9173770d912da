import { describe, expect, test } from "vitest";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { printRunbook, quotePowershell } from "../../../src/core/report/runbook.ts";
import { printCanonical } from "../../../src/core/formats/json/canonical.ts";
import { digestGlobals } from "../../../src/core/rollout/plan/plan.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { inventoryOf } from "../../support/builders/inventory-file.ts";
import {
  bridgeOf,
  filesOf,
  hard,
  planOf,
  soft,
  type TestHost,
} from "../../support/builders/rollout.ts";

const bridge = bridgeOf(hard, soft);
const facts = "os = windows\n";
const now = Date.parse("2026-11-20T12:00:00Z");
const globals = digestGlobals([], hashSha256);

interface Asked {
  readonly hosts: Readonly<Record<string, TestHost>>;
  readonly name?: string;
  readonly phase?: Phase;
  readonly recorded?: string | undefined;
  /** Files of the config repo that differ from the planned ones. */
  readonly files?: Readonly<Record<string, string>>;
}

function runbookOf(asked: Asked): string {
  const { hosts, name = "win1", phase = "open", files = filesOf(hosts) } = asked;
  const { plan } = planOf(hosts, { phase, environment: { globals } });
  const recorded = "recorded" in asked ? asked.recorded : (hosts[name]?.known ?? soft);
  const request = { repo: ".", host: name, plan: printCanonical(plan), recorded };
  return printRunbook(request, { files: createMemoryFiles(files), hash: hashSha256, nowMs: now })
    .text;
}

describe("the script", () => {
  test("of the phase open matches the reviewed file", async () => {
    const text = runbookOf({ hosts: { win1: { facts } } });
    await expect(text).toMatchFileSnapshot("runbook-open.ps1");
    expect(text).toMatch(/^# This script was never tried on Windows/);
    const [, base64 = ""] = /@'\n([^']+)\n'@/.exec(text) ?? [];
    expect(Buffer.from(base64, "base64").toString("latin1")).toBe(bridge);
  });

  test("of the phase close waits for the old ports to be closed", async () => {
    const inventory = { "interfaces.json": inventoryOf({}) };
    const win1 = { facts, known: bridge, proven: "open", others: inventory } as const;
    await expect(runbookOf({ hosts: { win1 }, phase: "close" })).toMatchFileSnapshot(
      "runbook-close.ps1",
    );
  });

  test("continues from a file that is already in the ledger", () => {
    const again = runbookOf({ hosts: { win1: { facts } }, recorded: bridge });
    expect(again).toContain(`$before = '${hashSha256(soft)}'\n$after = '${hashSha256(bridge)}'\n`);
  });

  test.each(["it's; Remove-Item C", "$(calc)`n", "win\u2019; calc #", "wi\u0308n"])(
    "treats the host name %s as text, only in two lines",
    (name) => {
      const lines = (host: string): readonly string[] =>
        runbookOf({ hosts: { [host]: { facts } }, name: host }).split("\n");
      const usual = new Set(lines("win1"));
      const other = lines(name).filter((line) => !usual.has(line));
      const stable = other.filter((line) => !/^# (Plan|Commit) [0-9a-f]{40,}$/.test(line));
      expect(stable).toEqual([
        expect.stringMatching(/^# Host [\x20-\x7e]+$/),
        `$target = ${quotePowershell(name)}`,
      ]);
      expect(lines(name).join("\n")).toMatch(/^[\n\x20-\x7e]*$/);
    },
  );
});

test.each([
  ["win1", "'win1'"],
  ["it's", "'it''s'"],
  ['$(calc)`n"', "'$(calc)`n\"'"],
  ["a\u2019b", "([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YeKAmWI=')))"],
  ["a\nb", "([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YQpi')))"],
])("PowerShell reads %j as text", (text, quoted) => {
  expect(quotePowershell(text)).toBe(quoted);
});

test.each<Asked & { readonly why: string; readonly next: string }>([
  {
    why: "the plan does not list rds1 as by hand",
    next: "Listed by hand: win1.",
    hosts: { rds1: {}, win1: { facts } },
    name: "rds1",
  },
  {
    why: "the file of win1 is not recorded",
    next: "docs/windows.md",
    hosts: { win1: { facts } },
    recorded: undefined,
  },
  {
    why: "the file of win1 in the ledger is not the one that the plan was made from",
    next: "Plan again",
    hosts: { win1: { facts } },
    recorded: `${soft}# new\n`,
  },
  {
    why: "(file-not-as-planned)",
    next: "Check out the plan's commit",
    hosts: { win1: { facts } },
    files: filesOf({ win1: { facts, file: `${hard}# new\n` } }),
  },
  {
    why: "(inventory-too-old)",
    next: "Export it again",
    hosts: { win1: { facts, known: bridge, proven: "open" } },
    phase: "close",
  },
])("is refused: $why", ({ why, next, ...asked }) => {
  expect(() => runbookOf(asked)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(why),
      next: expect.stringContaining(next),
    }),
  );
});
