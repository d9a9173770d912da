import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import type { RecoverSeen } from "../support/workers/recover-worker.ts";

const worker = fileURLToPath(new URL("../support/workers/recover-worker.ts", import.meta.url));

async function runCases(kind: string): Promise<Readonly<Record<string, string>>> {
  const { status, stdout, stderr } = await runInNamespace(worker, { args: [kind] });
  expect(status, stderr).toBe(0);
  const seen: Readonly<Record<string, RecoverSeen>> = JSON.parse(stdout);
  // One line each: exit code, message, file in place, open ports, leftovers.
  return Object.fromEntries(
    Object.entries(seen).map(([name, { code, said, file, open, left }]) => [
      name,
      `${code} ${said}: ${file}, ${open}${left.length === 0 ? "" : `; ${left.join(" ")}`}`,
    ]),
  );
}

const isHere = canIsolate() && hasPeer("gcc", "--version") && hasPeer("pgrep", "--version");

describe.runIf(isHere)("the bundled program recovers", () => {
  test.concurrent("a host with full disks, by the watchdog", async () => {
    expect(await runCases("watchdog")).toEqual({
      "a full disk, and the watchdog": "null : plain, http ftp",
    });
  });

  test.concurrent("a host with full disks, at boot and by hand", async () => {
    expect(await runCases("space")).toEqual({
      "a full disk, and a boot": "0 undone: plain, http ftp",
      "a full disk, by hand": "0 undone: plain, http ftp",
      // Not restarted while the backup runs, which a full disk does not hide.
      "a full disk while a backup runs": expect.stringMatching(
        /^4 undo-pending: plain, https http ftp; decision-\S+ journal\.json pins\.json/,
      ),
    });
  });

  test.concurrent("each host with the pins that its change started with", async () => {
    expect(await runCases("pins")).toEqual({
      "a typo since the start, and a boot": "0 undone: plain, http ftp",
      "pins that others can write since the start, by hand": "0 undone: plain, http ftp",
      "missing pins, by the timer": "0 undone: plain, http ftp",
      "an undo that waits because the state is unknown":
        "0 4 undo-pending, undone: plain, http ftp",
      // Unknown is not the same as lost; the service still runs with the old file.
      "an unreadable journal, by hand": expect.stringMatching(
        /^4 it could not be asked: bridge, http ftp; journal\.json /,
      ),
      "a change of 0.1.0, and a typo": "0 undone: plain, http ftp",
      "other hosts with wrong pins, or an undo that waits":
        "null the others are waited for: plain, http ftp",
    });
  });
});
