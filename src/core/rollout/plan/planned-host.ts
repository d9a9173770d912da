import { parseJson } from "../../formats/json/document.ts";
import { phases, type Phase } from "../../fleet/phase.ts";
import { isDigest, readMembers } from "../../formats/json/decode.ts";

/** What a plan says of one host, as far as the host itself has to know it. */
export interface PlannedChange {
  readonly phase: Phase;
  /** GitHub's number of the config repo. */
  readonly repository: number;
  /** SHA-256 of the file that has to lie on the host before. */
  readonly before: string;
  /** Of the file that this phase brings, and of the one in the config repo. */
  readonly file: string;
  readonly desired: string;
}

export type PlanReading =
  | { readonly kind: "planned"; readonly change: PlannedChange }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Finds a host in the text of a plan; a reason never quotes it, since a job may name any file. */
export function readPlannedHost(text: string, host: string): PlanReading {
  const reading = parseJson(text);
  if (reading.kind === "error" || reading.node.kind !== "object") {
    return { kind: "unreadable", reason: "it is no JSON object" };
  }
  const top = readMembers(reading.node);
  const phase = phases.find((word) => word === top.get("phase"));
  const repository = top.get("repository");
  const hosts = reading.node.members.find(({ key }) => key.value === "hosts")?.value;
  if (top.get("schemaVersion") !== 1 || phase === undefined || typeof repository !== "number") {
    return { kind: "unreadable", reason: "it is no plan of this version" };
  }
  if (hosts?.kind !== "array") return { kind: "unreadable", reason: "it names no hosts" };
  const named = hosts.items.map(readMembers).filter((members) => members.get("name") === host);
  const [members] = named;
  if (members === undefined) return { kind: "absent" };
  const [before = "", file = "", desired = ""] = ["before", "file", "desired"].map((key) =>
    String(members.get(key)),
  );
  if (named.length > 1 || ![before, file, desired].every(isDigest)) {
    return { kind: "unreadable", reason: "what it says of this host is no set of digests" };
  }
  return { kind: "planned", change: { phase, repository, before, file, desired } };
}
