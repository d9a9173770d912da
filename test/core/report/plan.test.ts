import { expect, test } from "vitest";
import { renderDiff } from "../../../src/adapters/unified-diff.ts";
import { needsAttention, summarizePlan } from "../../../src/core/report/plan.ts";
import { renderPlanMarkdown } from "../../../src/core/report/plan-markdown.ts";
import { renderPlanText } from "../../../src/core/report/plan-text.ts";
import { uncoloured } from "../../../src/core/report/text.ts";
import { bridgeOf, hard, planOf, soft } from "../../support/builders/rollout.ts";
import { parseCommand } from "../../support/harness/runner.ts";

const reportOf = (...args: Parameters<typeof planOf>) => ({ ...planOf(...args), renderDiff });

const small = reportOf({
  rds1: {},
  rds2: { known: undefined },
  rds3: { known: bridgeOf(hard, soft), proven: "open" },
  s1: { facts: "role = server\n", known: soft.replaceAll("\n", "\r\n") },
});

test("the text shows what approvers need to know", () => {
  expect(renderPlanText(small, uncoloured)).toMatchInlineSnapshot(`
    "plan for production, phase open
      commit cccccccccccccccccccccccccccccccccccccccc
      ledger eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
      as of  2026-11-25

      wave 1: rds1
      wave 2: s1

    host rds1: wave 1, runner rds1
      risk: the service of SEP sesam restarts
      risk: the old ports stay open next to HTTPS
      risk: the file on the host is recorded, but no rollout has verified it
      | --- a/hosts/rds1/stpd.ini
      | +++ b/hosts/rds1/stpd.ini
      | @@ -1,5 +1,5 @@
      |  [STPD_Server]
      | -STPD_HTTPS_PORT=11443
      | -STPD_HTTPS_PRIORITY_STRING="NORMAL"
      |  STPD_PORT=11001
      |  STPD_HTTP_PORT=11000
      | +STPD_HTTPS_PORT=11443
      | +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"

    host s1: wave 2, runner s1
      risk: the service of SEP sesam restarts
      risk: this is a Server: while it restarts, no backup of its clients starts
      risk: the old ports stay open next to HTTPS
      risk: the file on the host is recorded, but no rollout has verified it
      error: hosts/s1/stpd.ini:1:1: globals.ini is missing; unless gv_conf_use_com_stpd_kill is https, aborting a transfer uses FTP and fails once FTP is closed [globals-abort-over-https]
      error: hosts/s1/stpd.ini:1:1: globals.ini is missing; unless gv_default_interface_prefix is https, migrations keep using HTTP or FTP [globals-migration-prefix]
      error: hosts/s1/stpd.ini:1:1: globals.ini is missing; unless gv_default_interface_prefix_ext is https, migrations keep using HTTP or FTP [globals-migration-prefix-ext]
      | --- a/hosts/s1/stpd.ini
      | +++ b/hosts/s1/stpd.ini
      | @@ -1,5 +1,5 @@
      | -[STPD_Server]\\x0d
      | -STPD_HTTPS_PORT=11443\\x0d
      | -STPD_HTTPS_PRIORITY_STRING="NORMAL"\\x0d
      | -STPD_PORT=11001\\x0d
      | -STPD_HTTP_PORT=11000\\x0d
      | +[STPD_Server]
      | +STPD_PORT=11001
      | +STPD_HTTP_PORT=11000
      | +STPD_HTTPS_PORT=11443
      | +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"

    refused rds2: never-seen: the ledger has no record of the file on the host
      Run \`sesam-harden host records\` on the host, copy the output to the machine of the bot, and import it there: \`node bot/main.js --import FILE\`.

    done already: rds3

    2 hosts in 2 waves; it can be rolled out once it is approved.
    digest fe013070b84729b42bf3cf37573afd8296457aeb1c8b0f988ceab6c97527e79e
    "
  `);
});

test("the markdown shows the same", () => {
  expect(renderPlanMarkdown(small)).toMatchInlineSnapshot(`
    "## Plan for production, phase open

    2 hosts in 2 waves; it can be rolled out once it is approved.

    | | |
    | --- | --- |
    | digest | fe013070b84729b42bf3cf37573afd8296457aeb1c8b0f988ceab6c97527e79e |
    | commit | cccccccccccccccccccccccccccccccccccccccc |
    | ledger | eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee |
    | as of | 2026-11-25 |

    ### Refused

    | host | reason | why | what to do |
    | --- | --- | --- | --- |
    | rds2 | never-seen | the ledger has no record of the file on the host | Run &#96;sesam-harden host records&#96; on the host, copy the output to the machine of the bot, and import it there&#58; &#96;node bot/main.js --import FILE&#96;. |

    ### Waves

    | wave | hosts |
    | ---: | --- |
    | 1 | rds1 |
    | 2 | s1 |

    ### Changes

    #### rds1

    Wave 1, runner rds1.

    - the service of SEP sesam restarts
    - the old ports stay open next to HTTPS
    - the file on the host is recorded, but no rollout has verified it

    \`\`\`diff
    --- a/hosts/rds1/stpd.ini
    +++ b/hosts/rds1/stpd.ini
    @@ -1,5 +1,5 @@
     [STPD_Server]
    -STPD_HTTPS_PORT=11443
    -STPD_HTTPS_PRIORITY_STRING="NORMAL"
     STPD_PORT=11001
     STPD_HTTP_PORT=11000
    +STPD_HTTPS_PORT=11443
    +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"
    \`\`\`

    #### s1

    Wave 2, runner s1.

    - the service of SEP sesam restarts
    - this is a Server: while it restarts, no backup of its clients starts
    - the old ports stay open next to HTTPS
    - the file on the host is recorded, but no rollout has verified it
    - error: hosts/s1/stpd.ini&#58;1: globals.ini is missing; unless gv&#95;conf&#95;use&#95;com&#95;stpd&#95;kill is https, aborting a transfer uses FTP and fails once FTP is closed (globals-abort-over-https)
    - error: hosts/s1/stpd.ini&#58;1: globals.ini is missing; unless gv&#95;default&#95;interface&#95;prefix is https, migrations keep using HTTP or FTP (globals-migration-prefix)
    - error: hosts/s1/stpd.ini&#58;1: globals.ini is missing; unless gv&#95;default&#95;interface&#95;prefix&#95;ext is https, migrations keep using HTTP or FTP (globals-migration-prefix-ext)

    \`\`\`diff
    --- a/hosts/s1/stpd.ini
    +++ b/hosts/s1/stpd.ini
    @@ -1,5 +1,5 @@
    -[STPD_Server]\\x0d
    -STPD_HTTPS_PORT=11443\\x0d
    -STPD_HTTPS_PRIORITY_STRING="NORMAL"\\x0d
    -STPD_PORT=11001\\x0d
    -STPD_HTTP_PORT=11000\\x0d
    +[STPD_Server]
    +STPD_PORT=11001
    +STPD_HTTP_PORT=11000
    +STPD_HTTPS_PORT=11443
    +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"
    \`\`\`


    Done already: rds3.
    "
  `);
});

test("a plan without hosts is blocked if a host is refused, and done if none is", () => {
  const known = bridgeOf(hard, soft);
  const summary = (hosts: Parameters<typeof reportOf>[0], phase: "open" | "close" = "close") =>
    summarizePlan(reportOf(hosts, { phase }));
  expect(summary({ rds1: { known }, rds2: { known } })).toBe("Blocked: no host can be closed yet.");
  expect(summary({ rds1: { known: hard, proven: "close" }, rds2: { known } })).toBe(
    "Blocked: no other host can be closed yet.",
  );
  expect(summary({ rds1: { known: undefined } }, "open")).toBe(
    "Blocked: no host can be opened yet.",
  );
  expect(summary({ rds1: { known: hard, proven: "close" } })).toBe("Nothing to do.");
});

test("lists what prevents closing, with the affected hosts", () => {
  const known = bridgeOf(hard, soft);
  const frozen = { by: "anna", reason: "tape library repair", until: 1_800_007_200 };
  const locked = { rollout: "production-open-4", requester: "ben", reason: "wave 1: rds1 bad" };
  const report = reportOf(
    { rds1: { known, proven: "open" }, rds2: {}, s1: { facts: "role = server\n" } },
    { phase: "close", exceptions: ["s1"], environment: { frozen, locked } },
  );
  const [text, markdown] = [renderPlanText(report, uncoloured), renderPlanMarkdown(report)];
  for (const shown of [text, markdown]) {
    for (const code of ["frozen", "open-not-proven", "globals-not-set", "not-opened"]) {
      expect(shown).toContain(code);
    }
    expect(shown).toContain("it cannot be rolled out now");
    expect(shown).toContain("first time without the FTP port");
  }
  expect(text).toContain(
    "open-not-proven: a host of the environment is not verified over HTTPS, so closing would cut it off (rds2)",
  );
  expect(text).toContain("  but for s1\n");
  expect(text).toContain("(until 2027-01-15T10:00:00Z, by anna: tape library repair)");
  expect(text).toContain("(since rollout production-open-4: wave 1: rds1 bad)");
  expect(needsAttention(report)).toBe(true);
});

test("a plan without changes causes no warning", () => {
  const report = reportOf({ rds1: { known: hard, proven: "close" } }, { phase: "close" });
  expect(report.blocked).toContain("nothing-to-do");
  const text = renderPlanText(report, uncoloured);
  expect(text).toContain("done already: rds1\n\nNothing to do.");
  expect(text).not.toContain("nothing-to-do");
  const open = reportOf({ rds1: { known: hard, proven: "close" } });
  expect(needsAttention(open)).toBe(false);
  expect(renderPlanText(open, uncoloured)).toContain("Nothing to do.");
});

test("the order of hosts does not matter, and a long plan is truncated", () => {
  const names = Array.from({ length: 60 }, (_, index) => `rds${index}`);
  const hosts = Object.fromEntries(names.map((name) => [name, {}]));
  const reversed = Object.fromEntries(names.toReversed().map((name) => [name, {}]));
  const [one, other] = [reportOf(hosts), reportOf(reversed)];
  expect(renderPlanText(one, uncoloured)).toBe(renderPlanText(other, uncoloured));
  expect(renderPlanMarkdown(one)).toBe(renderPlanMarkdown(other));
  const cut = renderPlanMarkdown(one, 8000);
  expect(cut.length).toBeLessThan(8500);
  expect(cut).toMatch(/\d+ hosts more left out; `sesam-harden plan` shows all\./);
});

const hostile = [
  "::error::pwned",
  "##[error]pwned",
  "```",
  "</details>",
  "@everyone",
  "\u001b[31m",
];

const answers = [
  { host: "rds1", answer: "ready", at: 1_800_000_060, findings: [] },
  {
    host: "s1",
    answer: "not-ready",
    at: 1_800_000_000,
    findings: [{ code: "busy", message: "2 transfers | of <x>\n##[error]" }],
  },
] as const;

test("text and markdown show which hosts were ready in a rehearsal, and this asks for attention", () => {
  const fine = reportOf({ rds1: {}, s1: { facts: "role = server\n" } });
  const report = { ...fine, rehearsal: answers };
  const text = renderPlanText(report, uncoloured);
  expect(text).toContain(
    "rehearsal: 1 of 2 hosts ready, the oldest answer of 2027-01-15T08:00:00Z; signatures are not checked here\n  rds1: ready\n  s1: not ready: 2 transfers",
  );
  expect(text).not.toContain("\n##[error]");
  const markdown = renderPlanMarkdown(report);
  expect(markdown).toContain("### Rehearsal\n\n1 of 2 hosts ready");
  expect(markdown).toContain("| rds1 | ready |\n| s1 | not ready&#58; 2 transfers");
  expect(markdown).not.toContain("<x>");
  expect([fine, report].map(needsAttention)).toEqual([false, true]);
  expect(needsAttention({ ...report, rehearsal: answers.slice(0, 1) })).toBe(false);
});

test("nothing in a file becomes a workflow command of a log, or formatting of a summary", () => {
  const lines = hostile.map((evil) => `${evil}=1\n`).join("");
  const report = reportOf({
    "::error::x": { file: `${hard}${lines}`, known: `${soft}${lines.replaceAll("1", "2")}` },
    "##[error]x": { file: "a\0b" },
  });
  const rehearsal = [{ host: "::error::x", answer: "ready", at: 0, findings: [] }] as const;
  const text = renderPlanText({ ...report, rehearsal }, uncoloured);
  expect(text.split("\n").filter((line) => parseCommand(line) !== undefined)).toEqual([]);
  expect(text).not.toContain("\u001b");
  expect(text).toContain("::error::pwned");
  const markdown = renderPlanMarkdown(report);
  const fences = markdown.split("\n").filter((line) => line.startsWith("````"));
  expect(fences).toEqual(["````diff", "````"]);
  const outside = markdown.replace(/^````diff\n[^]*?\n````$/m, "");
  expect(outside).not.toMatch(/<\/details>|@everyone|::error::/);
});
