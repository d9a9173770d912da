import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { hasSshd } from "../support/fakes/host/sshd.ts";
import type { StatusReport } from "../support/workers/status-worker.ts";

const worker = fileURLToPath(new URL("../support/workers/status-worker.ts", import.meta.url));
const isHere = hasSshd() && canIsolate() && hasPeer("gcc", "--version");
const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

describe.runIf(isHere).each(["local", "ssh"])("a host that is asked, %s", (transport) => {
  let report: StatusReport;
  const of = (name: string): StatusReport["seen"][string] => {
    const seen = report.seen[name];
    if (seen === undefined) throw new Error(`nothing was seen of ${name}`);
    return seen;
  };

  beforeAll(async () => {
    const { status, stdout, stderr } = await runInNamespace(worker, { args: [transport] });
    if (status !== 0) throw new Error(stderr);
    report = JSON.parse(stdout);
  }, 300_000);

  test("a host in order shows its ports, and that it is ready for a change", () => {
    const { code, stdout } = of("before");
    expect([code, stdout.split("\n")[0]]).toEqual([0, "host1: fine, nothing under way"]);
    expect(stdout).toContain(
      "\n  data ports   https 11443 closed, http 11000 open, ftp 11001 open\n",
    );
    expect(stdout).toContain("\n  ready        yes, for a change\n");
    expect(stdout).toContain(`: ${report.digests.plain}, changed at `);
    expect(stdout).toContain("\n  by hand      sesam-harden recover --show --host host1 ");
  });

  test("says when an interrupted change is undone, and that its run is dead", () => {
    const { code, stdout } = of("killed");
    expect(code).toBe(4);
    expect(stdout).toMatch(
      new RegExp(`^host1: change unfinished since ${time}, to be undone at ${time} \\(in \\d+ min`),
    );
    expect(stdout).toMatch(/^ {2}at work {6}no run: apply.open .* ended without finishing/m);
    expect(stdout).toMatch(/^ {2}change {7}open, replacing, since .*, by break-glass: a test$/m);
  });

  test("another change would be refused, and the dry run says so", () => {
    const { code, stdout } = of("dry run");
    expect(code).toBe(1);
    expect(stdout).toContain("would be refused (unfinished)");
  });

  test("shows the file of the phase, and where everything is", () => {
    const { code, stdout } = of("dry run before");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+STPD_HTTPS_PORT=11443$/m);
    const on = transport === "ssh" ? " on host1" : "";
    expect(stdout).toContain(`  write the journal and backups to ${report.state}${on}\n`);
  });

  test("shows the file of the phase even if it would be refused", () => {
    const { code, stdout } = of("dry run while busy");
    expect(code).toBe(1);
    expect(stdout).toContain("would be refused (busy)");
    // The bridge, which keeps the old ports.
    expect(stdout).toMatch(/^\+STPD_HTTPS_PORT=11443$/m);
    expect(stdout).not.toMatch(/^-STPD/m);
  });

  test("shows drift between the recorded file and the one on the host", () => {
    const { code, stdout } = of("dry run after a change by hand");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Changed on host1 since it was recorded:\n[^]*-STPD_PORT=11001\n\+STPD_PORT=11002\n/,
    );
    const change = stdout.slice(stdout.indexOf("The phase open would change:\n"));
    expect(change).toMatch(/^\+STPD_HTTPS_PORT=11443$/m);
    expect(change).not.toMatch(/^[-+]STPD_PORT/m);
    expect(change).toContain("would be refused (drift)");
    const applied = of("applied after a change by hand");
    expect(applied.code).toBe(1);
    expect(applied.stdout).toMatch(/-STPD_PORT=11001\n\+STPD_PORT=11002\n[^]*\ndrift: /);
  });

  test("prints a way back that works unchanged", () => {
    const { code, stdout } = of("shown");
    expect(code).toBe(0);
    expect(stdout).toContain(`/backups/${report.digests.plain}.ini`);
    expect(stdout).toContain("which opens http 11000, ftp 11001:\n");
    expect(stdout.includes("\nssh -n ")).toBe(transport === "ssh");
    expect(of("by hand")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect([report.isPlain, report.isJournalGone]).toEqual([true, true]);
    expect(of("after").stdout).toMatch(/^host1: fine, nothing under way\n/);
    expect(of("recovered")).toMatchObject({ code: 0, stdout: "host1: no change is under way\n" });
  });

  test("prints the way back to the file before a verified change", () => {
    expect(of("opened")).toMatchObject({ code: 0 });
    expect(of("opened, shown").stdout).toMatch(
      /^# To go back to the file before the last change, which opens http 11000, ftp 11001:$/m,
    );
    expect(of("opened, by hand")).toEqual({ code: 0, stdout: "", stderr: "" });
    const { code, stdout } = of("opened, after");
    expect(code).toBe(0);
    expect(stdout).toContain(`: ${report.digests.plain}, changed at `);
    expect(stdout).toMatch(
      /^ {2}last record {2}.* UTC: apply open \(break-glass: a test\): confirmed: /m,
    );
  });

  test("shows a way back before any change, which does nothing", () => {
    const { code, stdout } = of("shown before");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# host1: no change is unfinished\.$/m);
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  });

  test("a failed login is unknown, and not called lost", () => {
    // Only a host behind a jump host has a login; this test runs if all peers are installed.
    expect("unreached" in report.seen).toBe(transport === "ssh");
    if (transport !== "ssh") return;
    const unknown = "Its state is unknown; nothing was changed.";
    expect(of("unreached")).toMatchObject({ code: 4 });
    expect(of("unreached").stdout).toMatch(
      /^host1: unknown: could not log in over ssh \(.*Connection refused\); nothing was changed\n/,
    );
    expect(of("unreached, shown")).toMatchObject({ code: 4 });
    const shown = of("unreached, shown").stdout;
    expect(shown).toContain(unknown);
    expect(shown).toContain("is the SHA-256 of\n# the previous file, and ls -t ");
    expect(shown.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
    expect(of("refused").stdout).toMatch(/^host1: unknown: .*Permission denied \([a-z,-]+\)\); /);
    expect(of("refused, recovered").code).toBe(4);
    expect(of("refused, recovered").stdout).toMatch(
      /^host1: Could not log in to host1 over ssh \(.*Permission denied \([a-z,-]+\)\)\. Its state is unknown; nothing was changed\.\n$/,
    );
    expect(of("refused, records")).toMatchObject({ code: 4, stdout: "" });
    expect(of("refused, records").stderr).toMatch(/^sesam-harden: Could not log in to host1 over /);
    expect(of("refused, applied").code).toBe(1);
    expect(of("refused, applied").stdout).toMatch(/^ssh-failed: /);
  });
});
