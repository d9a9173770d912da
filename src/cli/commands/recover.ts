import { clock } from "../../adapters/clock.ts";
import {
  findInstallation,
  listPinned,
  loadPins,
  type Installation,
} from "../../adapters/host-local/installation.ts";
import { isChanged, listChanged, readKept } from "../../adapters/host-local/kept-pins.ts";
import { appendRecord, prepareState } from "../../adapters/host-local/state.ts";
import { createStpdParser } from "../../core/fleet/stpd-file.ts";
import { exitCodes } from "../../core/base/errors.ts";
import { joinPath } from "../../core/base/paths.ts";
import type { KeptPins } from "../../core/host/pins/kept-pins.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import { defaultPolicy } from "../../core/settings/policy.ts";
import { isChangeId } from "../../core/host/journal.ts";
import { makeVisible } from "../../core/base/text.ts";
import { describeUndo } from "../../core/host/report.ts";
import { explainUnreached, trimReason } from "../../core/host/status/verdict.ts";
import { believeIdle } from "../../core/host/idle-service.ts";
import {
  recoverHost,
  type RecoverResult,
  type RecoveryCause,
  keepRecovering,
} from "../../core/host/recover.ts";
import { readWitness } from "./apply.ts";
import { chooseWord, usage, readNumber } from "../../shell/options.ts";
import { explainError } from "../errors.ts";
import { findProgram, openHost } from "./support/open-host.ts";
import { showWayBack } from "./support/recover-show.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { watchFor } from "../../adapters/host-local/undo-timer.ts";

/** Milliseconds that a host without an unfinished change has to answer after a start. */
const bootPatienceMs = 600_000;

interface Recovery {
  readonly installation: Installation;
  /** Name of the host. */
  readonly name: string;
  readonly cause: RecoveryCause;
  readonly id: string | undefined;
  /** Who saw that no transfers run. */
  readonly witness: string | undefined;
}

/**
 * Exit code 0 reachable, 1 refused, 4 if a person must check the host or transfers are still
 * running.
 */
export async function runRecover(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "recover");
  const { one } = parsed;
  const cause = chooseWord("--cause", one("--cause"), ["timer", "boot", "person"], "person");
  const id = one("--id");
  if (id !== undefined && !isChangeId(id)) throw usage("--id needs the id of a change");
  const witness = readWitness(one("--idle-seen-by"), false);
  if (witness !== undefined && cause !== "person")
    throw usage("--idle-seen-by works only for recover by hand, without --cause");
  const installation = findInstallation(findProgram());
  if (cause === "boot" && one("--host") === undefined) return await recoverAll(installation, shell);
  const name = findName(installation, one("--host"));
  if (parsed.has("--show")) return await showWayBack(installation, name, shell);
  const recovery = { installation, name, cause, id, witness };
  const afterSeconds = readNumber("--after", one("--after"), [1, 86_400]);
  if (afterSeconds !== undefined) {
    if (id === undefined) throw usage("--after needs --id");
    const { program } = installation;
    const watchdog = {
      program,
      host: name,
      state: joinPath(installation.state, name),
      id,
      afterSeconds,
    };
    if (parsed.has("--detach")) return await watchFor(watchdog, "start");
    if ((await watchFor(watchdog, "wait")) === 0) return 0;
  }
  return await recoverOne(recovery, shell);
}

/** Hosts with pins on this machine, or with an unfinished change. */
function listHosts(installation: Installation): readonly string[] {
  const changed = listChanged(installation);
  // A change is rolled back even if the pins cannot be listed.
  const pinned = changed.length === 0 ? listPinned(installation) : tryToList(installation);
  return [...new Set([...pinned, ...changed])].toSorted();
}

function tryToList(installation: Installation): readonly string[] {
  try {
    return listPinned(installation);
  } catch {
    return [];
  }
}

function findName(installation: Installation, name: string | undefined): string {
  const names = listHosts(installation);
  const [only, ...others] = names;
  if (name !== undefined && names.includes(name)) return name;
  if (only === undefined) throw usage("no host has pins here: run sesam-harden host install");
  if (name !== undefined) {
    throw usage(`no pins for host ${makeVisible(name)} (pins exist for ${names.join(", ")})`);
  }
  if (others.length > 0) throw usage(`--host needs one of ${names.join(", ")}`);
  return only;
}

/**
 * Recovers every host independently, so that none waits for another; returns the worst exit code.
 */
async function recoverAll(installation: Installation, shell: Shell): Promise<number> {
  const codes = listHosts(installation).map((name) =>
    recoverOne({ installation, name, cause: "boot", id: undefined, witness: undefined }, shell),
  );
  return Math.max(0, ...(await Promise.all(codes)));
}

async function recoverOne(recovery: Recovery, shell: Shell): Promise<number> {
  const { installation, name, cause } = recovery;
  const tell = (result: RecoverResult): void => report(result, recovery, shell);
  if (cause === "person") {
    const result = await tryOnce(recovery, shell);
    tell(result);
    return exitOf(result);
  }
  const recover = async (turn: number): Promise<RecoverResult> => {
    try {
      // Only the first attempt acts as the timer; later ones must not interrupt a person's
      // recovery.
      return await tryOnce({ ...recovery, cause: turn === 0 ? cause : "boot" }, shell);
    } catch (error) {
      return { kind: "unasked", reason: explainError(error) };
    }
  };
  const isSure = cause === "timer" || isChanged(joinPath(installation.state, name));
  const giveUpMs = isSure ? undefined : bootPatienceMs;
  return exitOf(await keepRecovering(recover, { clock, tell, giveUpMs }));
}

/**
 * Uses the pins from the start of the change, otherwise the current ones as far as they can be
 * read.
 */
async function tryOnce(recovery: Recovery, shell: Shell): Promise<RecoverResult> {
  const { installation, name, id } = recovery;
  const kept = readKept(prepareState(installation, name));
  const first =
    kept !== undefined && (id ?? kept.id) === kept.id
      ? await recoverKept(kept, recovery, shell)
      : undefined;
  if (first !== undefined && first.kind !== "nothing" && first.kind !== "unasked") return first;
  try {
    return await recoverBy(loadPins(installation, name, { rough: true }), recovery, shell);
  } catch (error) {
    if (first === undefined) throw error;
    return first;
  }
}

async function recoverKept(
  { id, pins }: KeptPins,
  recovery: Recovery,
  shell: Shell,
): Promise<RecoverResult> {
  try {
    return await recoverBy(pins, { ...recovery, id }, shell);
  } catch (error) {
    return { kind: "unasked", reason: explainError(error) };
  }
}

function recoverBy(
  pins: Pins,
  { installation, name, cause, id, witness }: Recovery,
  shell: Shell,
): Promise<RecoverResult> {
  const host = { installation, pins, state: joinPath(installation.state, name) };
  const limits = { ...pins.limits, restartForMs: pins.restart.limitMs };
  const request = { cause, id, parse: createStpdParser(defaultPolicy), limits };
  const opened = openHost(host, `recover (${cause})`, shell);
  const port = witness === undefined ? opened : { ...opened, service: believeIdle(opened.service) };
  return recoverHost(request, port);
}

function report(result: RecoverResult, recovery: Recovery, { terminal, now }: Shell): void {
  const { installation, name, cause, witness } = recovery;
  terminal.out(`${name}: ${makeVisible(describe(result, name))}\n`);
  if (result.kind === "nothing" || result.kind === "unasked") return;
  const record = {
    at: now().toISOString(),
    command: "recover",
    cause,
    host: name,
    witness,
    result,
  };
  appendRecord(joinPath(installation.state, name), record);
}

function describe(result: RecoverResult, host: string): string {
  switch (result.kind) {
    case "nothing":
      return result.reason;
    case "refused":
      return `${result.refusal.code}: ${result.refusal.message}. ${result.refusal.next}`;
    case "unasked":
      return result.isUnreached === true
        ? explainUnreached(host, result.reason)
        : `it could not be asked: ${trimReason(result.reason)}. Its state is unknown; nothing was changed.`;
    case "confirmed":
      return "the change had been verified; its file stays in place";
    default: {
      const { code, message } = describeUndo(result);
      return `${code}: ${message}`;
    }
  }
}

function exitOf({ kind }: RecoverResult): number {
  if (kind === "refused") return 1;
  return kind === "pending" || kind === "stuck" || kind === "unasked" ? exitCodes.broke : 0;
}
