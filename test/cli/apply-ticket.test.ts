import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import type { TicketSeen } from "../support/workers/ticket-worker.ts";

const worker = fileURLToPath(new URL("../support/workers/ticket-worker.ts", import.meta.url));

test.runIf(canIsolate() && hasPeer("gcc", "--version"))(
  "a plan of ours, a ticket for it, and a host that accepts nothing else",
  async () => {
    const { status, stdout, stderr } = await runInNamespace(worker);
    expect(status, stderr).toBe(0);
    const seen: TicketSeen = JSON.parse(stdout);
    expect(seen).toEqual({
      "signed with an unknown key": "1 ticket-key-unknown",
      expired: "1 ticket-expired",
      "not valid yet": "1 ticket-early",
      "of another environment": "1 ticket-environment",
      "of another repository": "1 ticket-repository",
      "for another plan": "1 ticket-plan",
      "for another phase": "1 ticket-phase",
      "with --break-glass as well": "2 sesam-harden: --ticket and --break-glass cannot be combined",
      "with another file allowed by the job":
        "2 sesam-harden: a job cannot use --expect; only root on the host can allow a file that is not in the plan",
      "until here": "the old file",
      valid: "0 confirmed by 21",
      "after that": "another file",
      // A wave may be sent twice; the second time changes nothing.
      repeated: "0 already-there by 21",
      "installed with pins": "created the report key of host1; host records prints its public half",
      "with the attempt of the run": "0 already-there by 21, signed",
      "an older ticket": "1 ticket-sequence, signed",
      "the key": "600",
      "with a key that others may read": expect.stringMatching(
        /^2 .*report-key: others can read it$/,
      ),
      "with an invalid key": expect.stringMatching(
        /^2 .*it is not a private key written by host install$/,
      ),
      "without a key": "0 already-there by 21",
    });
  },
);
