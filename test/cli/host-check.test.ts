import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { hasSshd } from "../support/fakes/host/sshd.ts";
import type { CheckSeen } from "../support/workers/check-worker.ts";

const worker = fileURLToPath(new URL("../support/workers/check-worker.ts", import.meta.url));
const isHere = hasSshd() && canIsolate() && hasPeer("gcc", "--version");

describe.runIf(isHere).each([
  { transport: "local", runtime: "node" },
  { transport: "ssh", runtime: "node" },
  { transport: "local", runtime: "deno" },
])("host check, $transport, under $runtime", ({ transport, runtime }) => {
  let report: CheckSeen;

  beforeAll(async () => {
    const { status, stdout, stderr } = await runInNamespace(worker, { args: [transport, runtime] });
    if (status !== 0) throw new Error(stderr);
    report = JSON.parse(stdout);
  }, 300_000);

  test("reports the state of each precondition, and what to do", () => {
    const [verdict, ...lines] = report.text.split("\n");
    expect(verdict).toBe("host1: ready for a rollout");
    expect(lines).toContain("  ok       busy         no transfers are running");
    expect(lines).toContain("  ok       version      SEP sesam 5.1.0.14");
    // HTTPS is not open before the phase open, so its certificate cannot be read.
    const certificate = lines.findIndex((line) => line.startsWith("  warning  certificate "));
    expect(lines[certificate + 1]).toMatch(/^ {24}No action is needed before the phase open\./);
    expect(report.seen["names of the checks"]).toBe(
      "pins change file version loaded busy server certificate reachable space undo sudo runner clock key key",
    );
  });

  test("changes nothing", () => {
    expect(report.changed).toEqual([]);
    expect(report.seen["changed by a rehearsal"]).toBe("");
  });

  test("names what is wrong", () => {
    // Without systemd, or with a unit that only exists on a real root, the boot check only warns.
    const found = Object.fromEntries(
      Object.entries(report.seen)
        .filter(([name]) => !/^(names|changed|rehearsed|applied|globals)/.test(name))
        .map(([name, text]) => [
          name,
          text
            .replace(", certificate warning certificate-unseen", "")
            .replace(/, undo warning boot-recovery-(unknown|off)/, ""),
        ]),
    );
    expect(found).toEqual({
      "fully prepared": "0 ready",
      // Transfers end on their own: a wave now would be refused.
      "while transfers run": "0 ready, busy warning busy",
      "on a file system that cannot be written": "1 not-ready, space failed not-written",
      "with the sudoers file of an older release":
        "1 not-ready, sudo failed sudo-unsafe, runner unknown not-read",
      "with a sudoers file that allows more":
        "1 not-ready, sudo failed sudo-differs, runner unknown not-read",
      "with a runner that another file lets do more": "0 ready, runner warning runner-powerful",
      "with a file of the future":
        "1 not-ready, loaded failed not-loaded, clock failed clock-wrong",
      "while the service is down":
        "1 not-ready, loaded unknown service-not-found, reachable failed not-reachable",
      "without a busy command":
        "1 not-ready, pins failed pins-incomplete, busy unknown busy-unknown",
      "with pins that are wrong": "1 not-ready, pins failed pins-wrong",
      "without a state directory": "1 not-ready, pins failed pins-wrong",
      "without a key for reports": "0 ready, key warning report-key-missing",
      ...(transport === "ssh" ? { "without a login": "4 unknown, change unknown ssh-failed" } : {}),
    });
  });

  test("reads the global settings of a Server, signed, and changes nothing", () => {
    const found = Object.entries(report.seen).filter(([name]) => name.startsWith("globals"));
    // Behind ssh the command would be one of the jump host.
    expect(Object.fromEntries(found)).toEqual(
      transport === "ssh"
        ? Object.fromEntries(found.map(([name]) => [name, "2"]))
        : {
            "globals without a command": "0, false,   , signed, unchanged",
            "globals with one value that is not printed":
              "4, true, https https , signed, unchanged",
            "globals with a command that fails": "4, true, https https , signed, unchanged",
            "globals that are set": "0, true, https https https, signed, unchanged",
            "globals read and set": "2",
          },
    );
  });

  test("tries a plan for a job with the ticket of a rehearsal, and with no other", () => {
    const { seen } = report;
    expect(seen["rehearsed"]).toMatch(/^signed 2026-11-17 1 0 ready\b/);
    expect(seen["rehearsed after a change by hand"]).toMatch(
      /^signed 2026-11-17 1 1 not-ready, drift failed drift\b/,
    );
    // Then the host is not asked.
    const refused = (code: string) => `signed null null 1 not-ready, ticket failed ${code}`;
    expect(seen["rehearsed with a wave's ticket"]).toBe(refused("ticket-header"));
    expect(seen["rehearsed for a stranger"]).toBe(refused("ticket-key-unknown"));
    expect(seen["rehearsed too late"]).toBe(refused("ticket-expired"));
    expect(seen["applied with the ticket of a rehearsal"]).toBe("1 ticket-header");
  });
});
