import { reasons } from "../../base/reasons.ts";
import type { RehearsedHost } from "./rehearsal.ts";

/** What several hosts answered for the same reason. */
export interface RehearsalCause {
  readonly answer: RehearsedHost["answer"];
  readonly code: string;
  /** What they said; what the code stands for where they said it in different words. Foreign text. */
  readonly text: string;
  /** In the order in which they were given. */
  readonly hosts: readonly string[];
}

const order: readonly RehearsedHost["answer"][] = ["not-ready", "unknown", "ready"];
const nothingSaid = { code: "no-finding", message: "it gave no reason" };

/**
 * Equal causes together: what keeps hosts from being ready first, then what is unknown, then what is
 * only a warning; of these, what most hosts share first.
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
