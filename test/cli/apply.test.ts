import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ApplySeen } from "../support/workers/apply-worker.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasSshd } from "../support/fakes/host/sshd.ts";
import { hasPeer } from "../support/harness/peers.ts";

const worker = fileURLToPath(new URL("../support/workers/apply-worker.ts", import.meta.url));
const isHere =
  hasSshd() && canIsolate() && hasPeer("gnutls-serv", "--version") && hasPeer("gcc", "--version");

async function runCases(...args: readonly string[]): Promise<Readonly<Record<string, ApplySeen>>> {
  const { status, stdout, stderr } = await runInNamespace(worker, { args });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** One line each: exit code, message, file in place, open ports. */
function show(seen: Readonly<Record<string, ApplySeen>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(seen).map(([name, { code, said, file, open, isTidy }]) => [
      name,
      `${code} ${said}: ${file}, ${open}${isTidy ? "" : ", not tidy"}`,
    ]),
  );
}

describe.runIf(isHere)("the built program on a stand-in host", () => {
  test.concurrent.each([
    ["microhttpd", "node", "local"],
    ["microhttpd", "deno", "local"],
    ["gnutls-serv", "node", "local"],
    ["microhttpd", "node", "ssh"],
    ["microhttpd", "deno", "ssh"],
  ])("applies both phases, behind %s under %s, %s", async (flavour, runtime, transport) => {
    expect(show(await runCases(flavour, runtime, "phases", transport))).toEqual({
      "open, dry run": "0 : plain, http ftp",
      open: "0 confirmed: bridge, https http ftp",
      "open again": "0 already-there: bridge, https http ftp",
      "with its own owner and mode": "0 640 1234:1235: bridge, https http ftp",
      close: "0 confirmed: desired, https",
      "close before open": "1 https-not-proven: plain, http ftp",
      "open, of an RDS": "0 confirmed: bridge, https http ftp",
      "open, on a person's word":
        "0 confirmed by break-glass: a test; idle seen by Anna, in the GUI: bridge, https http ftp",
    });
  });

  test.concurrent("refuses, and leaves the host unchanged", async () => {
    const seen = await runCases("microhttpd", "node", "refusals");
    const {
      "pins that others can write": pins,
      "no reason": reason,
      "a job that claims a host is idle": job,
      "a person without a name": witness,
      ...others
    } = seen;
    expect(job).toMatchObject({ code: 2, file: "plain", isTidy: true });
    expect(job?.said).toContain("a job cannot use --idle-seen-by");
    expect(witness).toMatchObject({ code: 2, file: "plain", isTidy: true });
    expect(reason).toMatchObject({ code: 2, file: "plain" });
    expect(pins).toMatchObject({ code: 2, file: "plain", isTidy: true });
    expect(pins?.said).toMatch(/host1\.ini is writable by others$/);
    expect(show(others)).toEqual({
      "no ticket": "1 no-ticket: plain, http ftp",
      "a job with break-glass": "1 not-root: plain, http ftp",
      drift: "1 drift: other, http ftp",
      "not loaded": "1 not-loaded: plain, http ftp",
      busy: "1 busy: plain, http ftp",
      "a full disk": "1 disk-full: plain, http ftp",
      "a certificate that ends soon": "1 certificate-ends: bridge, https http ftp",
      "another owner": "1 owner-not-expected: plain, http ftp",
      "an old version": "1 version-too-old: plain, http ftp",
      "an interface in use": "1 interface-in-use: bridge, https http ftp",
      "an old inventory": "1 inventory-too-old: bridge, https http ftp",
      "an RDS without a busy command": "1 busy-unknown: plain, http ftp",
      "an RDS with a connection": "1 busy: plain, http ftp",
      "an RDS with a connection, despite a person who says it is idle": "1 busy: plain, http ftp",
      "another run": "1 another-apply: bridge, https http ftp",
    });
  });

  test.concurrent("sets the global settings once every host answers over HTTPS", async () => {
    expect(show(await runCases("microhttpd", "node", "globals"))).toEqual({
      "a host without HTTPS": "1 0 set: plain, http ftp",
      "read back": "0 3 set: bridge, https http ftp",
      "not read": "4 3 set: bridge, https http ftp",
      "as attested by the operator": "0 3 set: bridge, https http ftp",
    });
  });

  test.concurrent.each([["microhttpd"], ["gnutls-serv"]])(
    "undoes failures, behind %s",
    async (flavour) => {
      expect(show(await runCases(flavour, "node", "undone"))).toEqual({
        "the restart fails": "1 undone: plain, http ftp",
        "it stays down": "1 undone: plain, http ftp",
        "the restart hangs": "1 undone: plain, http ftp",
        "it comes up with the old config": "1 undone: plain, http ftp",
        "HTTPS dies": "1 undone: plain, http ftp",
        "another host answers": "1 undone: plain, http ftp",
        "the restart fails while closing": "1 undone: bridge, https http ftp",
        "HTTPS dies while closing": "1 undone: bridge, https http ftp",
        // With the old file the service does not start, with the bridge it does.
        "two restarts fail": "1 undone: bridge, https http ftp",
      });
    },
  );
});
