import { reasons } from "../../base/reasons.ts";
import type { RehearsedHost } from "./rehearsal.ts";

/** Hosts that gave the same answer for the same reason. */
export interface RehearsalCause {
  readonly answer: RehearsedHost["answer"];
  readonly code: string;
  /** The shared message, or the title of the code if the messages differ. Untrusted text. */
  readonly text: string;
  /** In the order of the results. */
  readonly hosts: readonly string[];
}

const order: readonly RehearsedHost["answer"][] = ["not-ready", "unknown", "ready"];
const nothingSaid = { code: "no-finding", message: "it gave no reason" };

/**
 * Groups hosts by cause: first what keeps hosts from being ready, then what is unknown, then
 * warnings. Within these, the cause with the most hosts comes first.
 */
export function groupRehearsal(results: Iterable<RehearsedHost>): readonly RehearsalCause[] {
  const causes = new Map<string, RehearsalCause>();
  for (const { host, answer, findings } of results) {
    const isSilent = answer !== "ready" && findings.length === 0;
    for (const { code, message } of isSilent ? [nothingSaid] : findings) {
      const key = `${answer} ${code}`;
      const { text = message, hosts = [] } = causes.get(key) ?? {};
      causes.set(key, {
        answer,
        code,
        text: text === message ? text : describeCode(code),
        hosts: hosts.at(-1) === host ? hosts : [...hosts, host],
      });
    }
  }
  return [...causes.values()].toSorted(
    (one, other) =>
      order.indexOf(one.answer) - order.indexOf(other.answer) ||
      other.hosts.length - one.hosts.length,
  );
}

function describeCode(code: string): string {
  const known: Readonly<Record<string, { readonly cause: string }>> = reasons;
  return Object.hasOwn(known, code) ? (known[code]?.cause ?? code) : code;
}

export function countReady(results: Iterable<RehearsedHost>): number {
  return [...results].filter(({ answer }) => answer === "ready").length;
}
