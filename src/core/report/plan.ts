import type { ClosingClient } from "../rollout/plan/closing-clients.ts";
import type { ByHandHost, HostChange, PlannedHost } from "../rollout/plan/host-plan.ts";
import { listTargets, type Plan, type Planned } from "../rollout/plan/plan.ts";
import { reasons, type ReasonCode } from "../base/reasons.ts";
import type { Freeze } from "../rollout/state/records.ts";
import { showTime } from "../base/dates.ts";
import { risks } from "../rollout/plan/risks.ts";
import { severities } from "../base/severity.ts";
import { decodeBytes, countOf } from "../base/text.ts";
import { countReady } from "../rollout/state/rehearsal-causes.ts";
import type { RehearsedHost } from "../rollout/state/rehearsal.ts";

/** A plan with what people need to read it. */
export interface PlanReport extends Planned {
  /** Renders a change of a file as a unified diff, in bytes. */
  readonly renderDiff: (change: {
    readonly path: string;
    readonly before: string;
    readonly after: string;
  }) => string;
  /** The answers of the waves' hosts in a rehearsal of the plan; undefined without a rehearsal. */
  readonly rehearsal?: readonly RehearsedHost[];
}

/** The rehearsal in one line, with the age of its oldest answer. */
export function summarizeAnswers(hosts: readonly RehearsedHost[]): string {
  const times = hosts.flatMap(({ at }) => at ?? []);
  const oldest = times.length === 0 ? "" : `, the oldest answer of ${showTime(Math.min(...times))}`;
  const ready = `${countReady(hosts)} of ${countOf(hosts.length, "host")} ready`;
  return `${ready}${oldest}; signatures are not checked here`;
}

/**
 * The answer as text, with its problems; a host that is ready without warnings has no more text.
 */
export function describeAnswer({ answer, findings }: RehearsedHost): string {
  const notes = findings.map(({ code, message }) => `${message} (${code})`).join("; ");
  const words = answer === "not-ready" ? "not ready" : answer;
  return notes === "" ? words : `${words}: ${notes}`;
}

export interface ShownHost {
  readonly host: PlannedHost | ByHandHost;
  readonly change: HostChange;
  /** Counts from 1; null for a host that is changed by hand. */
  readonly wave: number | null;
  readonly risks: readonly string[];
  /** Lines of text, without line endings. */
  readonly diff: readonly string[];
}

/** The planned hosts in the order of their waves, then those that are changed by hand. */
export function listShownHosts({ plan, changes, renderDiff }: PlanReport): readonly ShownHost[] {
  const hosts = new Map(listTargets(plan).map((host) => [host.name, host]));
  const byName = new Map(changes.map((change) => [change.name, change]));
  const show = (name: string, wave: number | null): readonly ShownHost[] => {
    const [host, change] = [hosts.get(name), byName.get(name)];
    if (host === undefined || change === undefined) return [];
    const diff = splitDiff(renderDiff(change));
    return [{ host, change, wave, risks: change.risks.map((risk) => risks[risk]), diff }];
  };
  return [
    ...plan.waves.flatMap((names, index) => names.flatMap((name) => show(name, index + 1))),
    ...(plan.byHand ?? []).flatMap(({ name }) => show(name, null)),
  ];
}

/** How a host is changed; `show` escapes the label of its runner. */
export function describeWay({ host, wave }: ShownHost, show: (runner: string) => string): string {
  return "runner" in host
    ? `wave ${wave}, runner ${show(host.runner)}`
    : `by hand (${host.reason})`;
}

/** Drops Git's header line, and CR line endings if all lines have them. */
function splitDiff(bytes: string): readonly string[] {
  const [, from = "", to = "", ...body] = bytes.split("\n").slice(0, -1);
  const isWindows = body.every((line) => /^[@\\]|\r$/.test(line));
  return [from, to, ...body.map((line) => (isWindows ? line.replace(/\r$/, "") : line))].map(
    decodeBytes,
  );
}

export interface ShownReason {
  readonly code: ReasonCode;
  readonly cause: string;
  readonly next: string;
}

/** A reason with its hosts or details. */
export function showReason(code: ReasonCode, detail = ""): ShownReason {
  const { cause, next } = reasons[code];
  return { code, cause: detail === "" ? cause : `${cause} (${detail})`, next };
}

const shownNames = 20;

export function listNames(names: readonly string[]): string {
  const more = names.length - shownNames;
  return names.slice(0, shownNames).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Why the plan cannot be rolled out, each with the next step. */
export function listBlocks(planned: Planned): readonly ShownReason[] {
  const { blocked, unproven, notInRepo, clients, held } = planned;
  const waiting = clients.filter(({ isExcepted }) => !isExcepted).map(nameClient);
  const details: Readonly<Partial<Record<ReasonCode, readonly string[]>>> = {
    "open-not-proven": unproven,
    "hosts-not-in-repo": notInRepo,
    "clients-not-ready": [...new Set(waiting)],
    ...describeHeld(held),
  };
  return blocked
    .filter((code) => code !== "nothing-to-do")
    .map((code) => showReason(code, listNames(details[code] ?? [])));
}

/** Who froze the environment, why and for how long; why it is locked. */
function describeHeld({ frozen, locked }: Planned["held"]): {
  readonly [Code in "frozen" | "locked"]: readonly string[];
} {
  return {
    frozen: frozen === null ? [] : [describeFrozen(frozen)],
    locked: locked === null ? [] : [`since rollout ${locked.rollout}: ${locked.reason}`],
  };
}

function describeFrozen({ by, until, reason }: Freeze): string {
  const end = until === null ? "until someone lifts it" : `until ${showTime(until)}`;
  return `${end}, by ${by}: ${reason}`;
}

/** The Server does not always name the client of a task. */
function nameClient({ name }: ClosingClient): string {
  return name === "" ? "a client without a name" : name;
}

/** The clients that closing would break, one line each, and how many more there are. */
export function listClients({ clients }: Planned): readonly string[] {
  const shown = clients
    .slice(0, shownNames)
    .map(
      (client) =>
        `${nameClient(client)}: ${client.reason}${client.isExcepted ? " (excepted)" : ""}`,
    );
  const more = clients.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more, in interfaces.json`] : shown;
}

/** What blocks the plan as a whole, if only the plan itself is printed. */
export function listObstacles(planned: Planned): readonly string[] {
  return [
    ...listBlocks(planned).map(({ code, cause }) => `blocked: ${code}: ${cause}`),
    ...listClients(planned).map((client) => `depends on HTTP or FTP: ${client}`),
  ];
}

/** Concerns about all hosts of a plan, one sentence each. */
export function listConcerns(planned: Planned): readonly string[] {
  const { changes } = planned;
  const found = Object.entries(risks).flatMap(([risk, words]) => {
    const names = changes.filter((one) => one.risks.some((own) => own === risk)).map(nameOf);
    if (names.length === 0) return [];
    const which = names.length === changes.length ? "all hosts" : listNames(names);
    return [`Risk: ${words} (${which}).`];
  });
  const clients = listClients(planned);
  return [
    ...found,
    ...(clients.length === 0 ? [] : [`These depend on HTTP or FTP: ${clients.join("; ")}.`]),
    ...(changes.length === 0 ? [] : [countFindings(changes)]),
  ];
}

function nameOf({ name }: HostChange): string {
  return name;
}

/** Counts the findings without current exceptions. */
function countFindings(changes: readonly HostChange[]): string {
  const open = changes.flatMap(({ name, findings }) =>
    findings.flatMap(({ finding }) =>
      finding.suppressed === null ? [{ name, severity: finding.severity }] : [],
    ),
  );
  if (open.length === 0) return "Findings: none.";
  const counts = severities.flatMap((severity) => {
    const count = open.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [countOf(count, severity)];
  });
  const names = [...new Set(open.map(({ name }) => name))];
  return `Findings: ${counts.join(", ")} (${listNames(names)}).`;
}

/** Name of what a plan or rollout does: a phase, or `rollback`. */
export function nameWork({
  phase,
  restores,
}: Pick<Plan, "phase"> & { readonly restores?: unknown }): string {
  return restores === undefined ? phase : "rollback";
}

/** Summary of the plan. */
export function summarizePlan(planned: Planned): string {
  const { plan, changes } = planned;
  if (plan.restores === undefined) return summarizeSize(planned);
  const weaker = changes.filter(({ risks: found }) => found.includes("less-secure")).length;
  const risk = weaker === 0 ? "" : ` Security is lowered on ${countOf(weaker, "host")}.`;
  return `Rollback: each host gets back the file that was verified on it before.${risk} ${summarizeSize(planned)}`;
}

function summarizeSize({ plan, blocked, done }: Planned): string {
  const byHand = plan.byHand?.length ?? 0;
  if (plan.hosts.length + byHand === 0) {
    if (plan.refused.length === 0) return "Nothing to do.";
    const host = done.length === 0 ? "no host" : "no other host";
    const verb = plan.phase === "open" ? "opened" : "closed";
    return `Blocked: ${host} can be ${plan.restores === undefined ? verb : "rolled back"} yet.`;
  }
  const waves = `${countOf(plan.hosts.length, "host")} in ${countOf(plan.waves.length, "wave")}`;
  const size = [
    ...(plan.hosts.length > 0 ? [waves] : []),
    ...(byHand > 0 ? [`${countOf(byHand, "host")} by hand`] : []),
  ].join(" and ");
  return blocked.length === 0
    ? `${size}; it can be rolled out once it is approved.`
    : `${size}; it cannot be rolled out now.`;
}

/** True if someone must act before every host of the environment can be changed. */
export function needsAttention({
  plan,
  blocked,
  rehearsal = [],
}: Planned & Pick<PlanReport, "rehearsal">): boolean {
  const isBlocked = blocked.some((code) => code !== "nothing-to-do");
  const isUnready = rehearsal.some(({ answer }) => answer !== "ready");
  return plan.refused.length > 0 || isBlocked || isUnready;
}
