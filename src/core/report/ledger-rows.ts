import { printCanonical } from "../formats/json/canonical.ts";
import type { Ledger } from "../rollout/ledger/ledger.ts";
import { nameRollout, type LedgerEntry, type LedgerEvent } from "../rollout/ledger/entry.ts";
import type { OpenedEntry } from "../rollout/ledger/verify-entries.ts";
import { showTime } from "../base/dates.ts";
import { makeVisible, countOf } from "../base/text.ts";

/** One line per entry, for people. */
export function renderLedgerLog(entries: readonly OpenedEntry[]): string {
  const widest = Math.max(0, ...entries.map(({ entry }) => actorOf(entry).length));
  const lines = entries.map(({ entry }) => {
    const actor = actorOf(entry).padEnd(widest);
    const number = String(entry.sequence).padStart(6);
    return `${number}  ${showTime(entry.at)}  ${actor}  ${makeVisible(describe(entry))}\n`;
  });
  return lines.join("");
}

function actorOf({ by }: LedgerEntry): string {
  return by ?? "(controller)";
}

function describe(entry: LedgerEntry): string {
  const { event } = entry;
  switch (event.kind) {
    case "request":
      return `request ${nameRollout(entry)}: ${event.phase} in ${event.environment}, ${countOf(event.waves.flat().length, "host")} in ${countOf(event.waves.length, "wave")}, plan ${event.plan.slice(0, 12)}`;
    case "rollout":
      return `${event.event.kind} ${event.rollout}${detailOf(event.event)}`;
    case "environment":
      return `${event.event.kind} ${event.environment}${detailOf(event.event)}`;
    case "by-hand":
      return `by hand ${event.rollout}: ${event.host} has ${event.file.slice(0, 12)}`;
    case "see":
      return `see ${countOf(event.hosts.length, "host")}`;
    case "keys":
      return `keys of ${countOf(event.hosts.length, "host")}`;
    case "verify":
      return `verify run ${event.run}: ${countOf(event.hosts.length + event.gone.length, "host")} changed`;
    case "drift":
      return `drift in ${event.environment}, run ${event.run}: ${countOf(event.appeared.length, "host")} differ, ${event.resolved.length} resolved`;
    case "remind":
      return `remind approvers of ${event.rollout}`;
    case "card":
      return `card of ${event.rollout} in ${event.channel}`;
    case "rehearsal":
      return `rehearsal of ${event.rollout}, ${event.event.kind}${detailOf(event.event)}`;
  }
}

type Happening = Extract<LedgerEvent, { readonly event: object }>["event"];

function detailOf(event: Happening): string {
  const wave = "wave" in event ? ` wave ${event.wave}` : "";
  const run = "run" in event && event.run !== null ? ` run ${event.run}` : "";
  return `${wave}${run}${wordsOf(event)}`;
}

function wordsOf(event: Happening): string {
  switch (event.kind) {
    case "judge": {
      const good = event.results.filter(({ outcome }) => outcome === "good").length;
      return `: ${good} of ${event.results.length} good`;
    }
    case "results": {
      const ready = event.results.filter(({ answer }) => answer === "ready").length;
      return `: ${ready} of ${event.results.length} ready`;
    }
    case "record":
      return `: ${event.what}`;
    case "approve":
      return event.note === undefined ? "" : `: ${event.note}`;
    case "refuse":
      return `: ${event.detail}`;
    case "globals":
      return `: ${event.digest?.slice(0, 12) ?? "none"}`;
    default:
      return "reason" in event ? `: ${event.reason}` : "";
  }
}

/**
 * One JSON object per line, with everything that was signed; the runner cannot read it as a
 * workflow command.
 */
export function printLedgerLines(entries: readonly OpenedEntry[]): string {
  return entries
    .map(({ entry, digest, kid }) => `${printCanonical({ ...entry, digest, key: kid })}\n`)
    .join("")
    .replaceAll("##[", "\\u0023#[");
}

const columns = [
  "sequence",
  "time",
  "by",
  "event",
  "environment",
  "rollout",
  "wave",
  "run",
  "host",
  "outcome",
  "detail",
  "digest",
  "key",
] as const;

type Row = Partial<Readonly<Record<(typeof columns)[number], string | number>>>;

/** CSV with one row per entry, or per host that the entry is about. Source: RFC 4180. */
export function printLedgerCsv(entries: readonly OpenedEntry[], { rollouts }: Ledger): string {
  const rows = entries.flatMap(({ entry, digest, kid }) => {
    const { sequence, at, by } = entry;
    const common = { sequence, time: showTime(at), by: by ?? "", digest, key: kid };
    return rowsOf(entry, rollouts).map((row): Row => ({ ...common, ...row }));
  });
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ""))];
  return lines.map((cells) => `${cells.map(printCell).join(",")}\r\n`).join("");
}

function rowsOf(entry: LedgerEntry, rollouts: Ledger["rollouts"]): readonly Row[] {
  const { event } = entry;
  switch (event.kind) {
    case "request": {
      const { environment, plan } = event;
      return [{ event: "request", environment, rollout: nameRollout(entry), detail: plan }];
    }
    case "environment": {
      const detail = wordsOf(event.event).replace(/^: /, "");
      return [{ event: event.event.kind, environment: event.environment, detail }];
    }
    case "by-hand": {
      const { rollout, host, file } = event;
      const environment = rollouts.get(rollout)?.environment ?? "";
      return [{ event: "by-hand", environment, rollout, host, detail: file }];
    }
    case "see":
      return event.hosts.map(({ host, file }) => ({ event: "see", host, detail: file }));
    case "keys":
      return event.hosts.map(({ host, kid }) => ({ event: "keys", host, detail: kid }));
    case "verify": {
      const { run, hosts, gone } = event;
      return [
        ...hosts.map(({ host, verdict, rules }) => {
          return { event: "verify", run, host, outcome: verdict, detail: rules.join(" ") };
        }),
        ...gone.map((host) => ({ event: "verify", run, host, outcome: "gone" })),
      ];
    }
    case "drift": {
      const { environment, run, appeared, resolved } = event;
      const common = { event: "drift", environment, run } as const;
      return [
        ...appeared.map(({ host, causes }) => {
          return { ...common, host, outcome: "differs", detail: causes.join(" ") };
        }),
        ...resolved.map((host) => ({ ...common, host, outcome: "resolved" })),
      ];
    }
    case "remind":
      return [{ event: "remind", rollout: event.rollout }];
    case "card": {
      const { rollout, channel, message } = event;
      return [{ event: "card", rollout, detail: `${channel} ${message}` }];
    }
    case "rollout":
      return rowsOfRollout(event, rollouts);
    case "rehearsal":
      return rowsOfRehearsal(event, rollouts);
  }
}

function rowsOfRollout(
  { rollout, event }: Extract<LedgerEvent, { readonly kind: "rollout" }>,
  rollouts: Ledger["rollouts"],
): readonly Row[] {
  const environment = rollouts.get(rollout)?.environment ?? "";
  const wave = "wave" in event ? event.wave : "";
  const run = "run" in event ? event.run : "";
  const common = { event: event.kind, environment, rollout, wave, run };
  if (event.kind !== "judge") {
    return [{ ...common, detail: wordsOf(event).replace(/^: /, "") }];
  }
  return event.results.map(({ host, outcome, reason }) => ({
    ...common,
    host,
    outcome,
    detail: reason,
  }));
}

function rowsOfRehearsal(
  { rollout, event }: Extract<LedgerEvent, { readonly kind: "rehearsal" }>,
  rollouts: Ledger["rollouts"],
): readonly Row[] {
  const environment = rollouts.get(rollout)?.environment ?? "";
  const run = "run" in event ? (event.run ?? "") : "";
  const common = { event: `rehearsal ${event.kind}`, environment, rollout, wave: event.wave, run };
  if (event.kind !== "results") {
    return [{ ...common, detail: wordsOf(event).replace(/^: /, "") }];
  }
  return event.results.map(({ host, answer, findings }) => ({
    ...common,
    host,
    outcome: answer,
    detail: findings.map(({ code }) => code).join(" "),
  }));
}

/** A spreadsheet would run a cell that starts like this as a formula. */
function printCell(cell: string | number): string {
  const text = makeVisible(String(cell));
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
