import type { HostReport } from "../rollout/dispatch/host-report.ts";
import type { TicketClaims } from "../rollout/dispatch/ticket.ts";
import type { ApplyResult } from "./apply.ts";
import type { UndoResult } from "./rollback.ts";
import type { Phase } from "../fleet/phase.ts";

export interface ReportContext {
  readonly host: string;
  readonly phase: Phase;
  /** Claims of the accepted ticket. */
  readonly claims: Pick<TicketClaims, "rollout" | "wave" | "sequence"> | undefined;
}

const ports: Readonly<Record<Phase, string>> = {
  open: "the old ports stay open until phase close",
  close: "the ports that the file closes are closed",
};

/** Describes the result of `apply` as a report. */
export function reportApply(
  result: ApplyResult,
  { host, phase, claims }: ReportContext,
): HostReport {
  const { rollout = null, wave = null, sequence = null } = claims ?? {};
  const base = { schemaVersion: 1, host, phase, rollout, wave, sequence, file: null } as const;
  switch (result.kind) {
    case "confirmed": {
      const code = result.already ? "already-there" : "confirmed";
      const file = result.already ? "the file was active already" : "the new file is active";
      const message = `${file}, and verified: HTTPS works, and ${ports[phase]}`;
      return { ...base, outcome: "good", code, message, file: result.digest };
    }
    case "refused": {
      const { code, message, next } = result.refusal;
      return { ...base, outcome: "bad", code, message: `${message}. ${next}` };
    }
    case "undone": {
      const { outcome, code, message } = describeUndo(result.result);
      return { ...base, outcome, code, message: `${result.reason}. ${message}` };
    }
    case "overtaken":
      return {
        ...base,
        outcome: "unknown",
        code: "overtaken",
        message: "the rollback took over meanwhile; sesam-harden host status shows the result",
      };
  }
}

/** Describes the result of an undo; its notes say what was observed on the way. */
export function describeUndo(result: UndoResult): Pick<HostReport, "outcome" | "code" | "message"> {
  const notes = result.notes.length === 0 ? "" : `: ${result.notes.join("; ")}`;
  switch (result.kind) {
    case "restored": {
      const file = { old: "old", bridge: "bridge", foreign: "someone else's" }[result.file];
      const message = `The ${file} file is in place, and the host is reachable${notes}`;
      return { outcome: "bad", code: "undone", message };
    }
    case "pending": {
      const what =
        result.file === "foreign"
          ? "The file is still in place"
          : `The ${result.file} file is back`;
      const message = `${what}, and the rollback is tried again${notes}`;
      return { outcome: "unknown", code: "undo-pending", message };
    }
    case "stuck": {
      const what =
        result.answer === "bad"
          ? "NOT REACHABLE with any file"
          : "Whether the host is reachable with any file is unknown";
      const message = `${what}${notes}. sesam-harden recover --show prints the manual rollback as commands; see By hand in docs/host.md`;
      return { outcome: "unknown", code: "stuck", message };
    }
  }
}
