import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { printHostReport } from "../../../../src/core/rollout/dispatch/host-report.ts";
import type { PublicKey } from "../../../../src/core/formats/jws.ts";
import type { Plan } from "../../../../src/core/rollout/plan/plan.ts";
import { openTicket, verifyRehearsalTicket } from "../../../../src/core/rollout/dispatch/ticket.ts";
import { digestOf } from "../../../../src/core/formats/json/canonical.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printRehearsalReport } from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import type { RunInputs } from "../../../../src/core/rollout/dispatch/wave-run.ts";
import type {
  DispatchAnswer,
  WaveJobs,
  WaveRuns,
} from "../../../../src/core/rollout/dispatch/workflow-port.ts";

export interface ModelRun {
  readonly id: number;
  readonly correlation: string;
  readonly wave: number;
  readonly sequence: number;
  /** Number of times that it is still found running. */
  left: number;
  readonly texts: ReadonlyMap<string, string | null>;
}

/**
 * GitHub Actions with its hosts, in memory: a run does its work when it is started, and is complete
 * after two reads. A host stores the last sequence that it accepted, and does nothing a second
 * time.
 */
export interface ActionsModel {
  readonly runs: WaveRuns;
  readonly started: ModelRun[];
  /** How often each host was changed. */
  readonly changes: ReadonlyMap<string, number>;
  /** What happens to the next dispatches, instead of being accepted with a run. */
  readonly faults: (
    | "refused"
    | "old-workflow"
    | "lost"
    | "made"
    | "unnamed"
    | "late-before"
    | "late-after"
  )[];
  /** Hosts that refused a ticket, since they had accepted a newer one. */
  readonly refused: string[];
  /** Hosts that fail, that never start, that report garbage. */
  readonly bad: Set<string>;
  readonly offline: Set<string>;
  readonly rubbish: Set<string>;
  /**
   * Hosts that are changed but report nothing; and hosts that wait for runners, so that no run
   * ends.
   */
  readonly silent: Set<string>;
  readonly waiting: Set<string>;
  readonly jobs: WaveJobs;
  /** Runs that were cancelled. */
  readonly ended: number[];
  /** Runs that were deleted. */
  readonly gone: Set<number>;
  /** Runs that only asked hosts; a bad host is not ready. */
  readonly rehearsals: ModelRun[];
}

export function createActionsModel(
  plan: Plan,
  keys: readonly PublicKey[],
  nowSeconds: () => number,
): ActionsModel {
  const rehearsals: ModelRun[] = [];
  const started: ModelRun[] = [];
  const changes = new Map<string, number>();
  const sequences = new Map<string, number>();
  const faults: ActionsModel["faults"] = [];
  const [bad, offline, rubbish] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [silent, waiting] = [new Set<string>(), new Set<string>()];
  const gone = new Set<number>();
  const refused: string[] = [];
  const ended: number[] = [];
  /** Runs that GitHub starts only when the next one is sent. */
  const late: (() => Promise<unknown>)[] = [];
  const planned = new Map(plan.hosts.map(({ name, file }) => [name, file]));

  const hostsOf = (wave: number): readonly string[] => plan.waves[wave - 1] ?? [];
  const start: WaveRuns["dispatch"] = async ({ ticket, correlation }) => {
    const opened = await openTicket(ticket, keys, verifySignature);
    if (opened.kind === "refused") throw new Error(opened.reason);
    const { rollout, wave, sequence, phase } = opened.claims;
    const texts = new Map<string, string | null>();
    for (const host of hostsOf(wave)) {
      if (offline.has(host) || waiting.has(host)) continue;
      if (sequence < (sequences.get(host) ?? 0)) {
        refused.push(host);
        continue;
      }
      sequences.set(host, sequence);
      const isBad = bad.has(host);
      if (!isBad && !changes.has(host)) changes.set(host, (changes.get(host) ?? 0) + 1);
      const said = {
        outcome: isBad ? "bad" : "good",
        code: isBad ? "undone" : "confirmed",
      } as const;
      const file = isBad ? null : (planned.get(host) ?? null);
      const of = { schemaVersion: 1, host, phase, rollout, wave, sequence } as const;
      const text = printHostReport({ ...of, ...said, message: "", file });
      if (!silent.has(host)) texts.set(host, rubbish.has(host) ? null : text);
    }
    const id = 100 + started.length;
    started.push({ id, correlation, wave, sequence, left: 2, texts });
    return { kind: "accepted", run: id };
  };
  const rehearse = async ({ ticket, correlation }: RunInputs): Promise<DispatchAnswer> => {
    const opened = await verifyRehearsalTicket(
      ticket,
      {
        keys,
        plan,
        digest: digestOf(plan, hashSha256),
        repository: plan.repository,
        environment: undefined,
        phase: undefined,
        wave: undefined,
        commit: undefined,
        host: undefined,
        nowSeconds: nowSeconds(),
        clockSkewSeconds: 0,
      },
      verifySignature,
    );
    if (opened.kind === "refused") throw new Error(opened.reason);
    const { rollout, wave, phase, plan: digest, repository } = opened.claims;
    const texts = new Map<string, string | null>();
    for (const host of hostsOf(wave)) {
      if (offline.has(host) || waiting.has(host) || silent.has(host)) continue;
      const state = bad.has(host) ? "failed" : "ok";
      const code = bad.has(host) ? "busy" : "";
      const findings = [{ check: "busy", state, code, message: "", next: "" } as const];
      const answer = bad.has(host) ? "not-ready" : "ready";
      const common = { schemaVersion: 1, kind: "rehearsal", host, rollout, wave } as const;
      const run = {
        attempt: 1,
        plan: digest,
        phase,
        repository,
        at: nowSeconds(),
        answer,
      } as const;
      const report = { ...common, ...run, findings, signature: null };
      texts.set(host, rubbish.has(host) ? null : printRehearsalReport(report));
    }
    const id = 500 + rehearsals.length;
    rehearsals.push({ id, correlation, wave, sequence: 0, left: 2, texts });
    return { kind: "accepted", run: id };
  };
  const find = (id: number): ModelRun => {
    const run = [...started, ...rehearsals].find((one) => one.id === id);
    if (run === undefined) throw new Error(`there is no run ${id}`);
    return run;
  };
  let lateWhen: "late-before" | "late-after" | undefined;
  const dispatch = async (inputs: Parameters<WaveRuns["dispatch"]>[0]): Promise<DispatchAnswer> => {
    const fault = faults.shift();
    if (fault === "refused") return { kind: "refused", detail: "404" };
    if (fault === "old-workflow") return { kind: "refused", detail: "422", lacksInput: true };
    if (fault === "lost") return { kind: "unknown" };
    if (fault === "late-before" || fault === "late-after") {
      lateWhen = fault;
      late.push(() => start(inputs));
      return { kind: "unknown" };
    }
    if (lateWhen === "late-before") await late.pop()?.();
    const answer = await (inputs.mode === "rehearse" ? rehearse(inputs) : start(inputs));
    if (lateWhen === "late-after") await late.pop()?.();
    if (fault === "made") return { kind: "unknown" };
    return fault === "unnamed" ? { kind: "accepted", run: null } : answer;
  };
  const runs: WaveRuns = {
    dispatch,
    find: async (correlation) =>
      [...started, ...rehearsals].find((run) => run.correlation === correlation)?.id,
    look: async (id) => {
      if (gone.has(id)) return { kind: "missing" };
      const { texts, wave } = find(id);
      const isHeld = hostsOf(wave).some((host) => waiting.has(host) && !texts.has(host));
      if (isHeld && !ended.includes(id)) return { kind: "under-way" };
      return { kind: find(id).left-- > 0 ? "under-way" : "completed" };
    },
    readReports: async (id) => find(id).texts,
  };
  const jobs: WaveJobs = {
    read: async (id) =>
      hostsOf(find(id).wave).map((name) => {
        const isHeld = waiting.has(name) && !ended.includes(id);
        const isReached = !offline.has(name) && !waiting.has(name);
        const isAsked = rehearsals.some((run) => run.id === id);
        const [touched, passed] = [isReached && !isAsked, isReached && !bad.has(name)];
        const rehearsal = !isReached || !isAsked ? "none" : passed ? "passed" : "failed";
        const state = isHeld ? "waiting" : "done";
        return { name, attempt: 1, state, touched, applied: touched && passed, rehearsal };
      }),
    end: async (id) => void ended.push(id),
  };
  const sets = { bad, offline, rubbish, silent, waiting, gone };
  return { runs, jobs, started, rehearsals, changes, faults, ended, refused, ...sets };
}
