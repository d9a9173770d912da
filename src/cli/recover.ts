import { watchFor } from "../adapters/host/watchdog-process.ts";
import { listPinned, findInstallation } from "../adapters/host/installation.ts";
import { appendRecord } from "../adapters/host/state.ts";
import { createStpdParser } from "../core/fleet/stpd-file.ts";
import { exitCodes } from "../core/harden-error.ts";
import { defaultPolicy } from "../core/policy/policy.ts";
import { isChangeId } from "../core/rollout/journal.ts";
import { makeVisible } from "../core/text.ts";
import { describeUndo } from "../usecases/describe-apply.ts";
import { recoverHost, type RecoverResult, type RecoveryCause } from "../usecases/recover-host.ts";
import { chooseWord, parseArguments, usage } from "./arguments.ts";
import { findHost, findProgram, openHost, type InstalledHost } from "./installed.ts";
import { readNumber } from "./probe.ts";
import type { Shell } from "./shell.ts";

const options = {
  "--host": "once",
  "--cause": "once",
  "--id": "once",
  "--after": "once",
  "--detach": "flag",
} as const;

/** Milliseconds between two tries while transfers are running. */
const pause = 60_000;

/** Exit code 0 reachable, 1 refused, 4 where a person has to look, or transfers are waited for. */
export async function runRecover(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseArguments(args, options);
  const one = (name: keyof typeof options): string | undefined => parsed.values.get(name)?.[0];
  const cause = chooseWord("--cause", one("--cause"), ["timer", "boot", "person"], "person");
  const id = one("--id");
  if (id !== undefined && !isChangeId(id)) throw usage("--id wants the id of a change");
  if (cause === "boot" && one("--host") === undefined) return await recoverAll(shell);
  const host = findHost(one("--host"));
  const after = readNumber("--after", one("--after"), [1, 86_400]);
  if (after === undefined) return await recoverOne(host, { cause, id }, shell);
  if (id === undefined) throw usage("--after goes with --id");
  const watchdog = { program: host.installation.program, state: host.state, id, after };
  if (parsed.flags.has("--detach")) {
    return await watchFor({ ...watchdog, host: host.pins.host }, "start");
  }
  const isOver = await watchFor({ ...watchdog, host: host.pins.host }, "wait");
  return isOver === 0 ? 0 : await recoverOne(host, { cause, id }, shell);
}

/** Every host that has pins here, one after the other; the worst exit code. */
async function recoverAll(shell: Shell): Promise<number> {
  let worst = 0;
  for (const name of listPinned(findInstallation(findProgram()))) {
    const code = await recoverOne(findHost(name), { cause: "boot", id: undefined }, shell);
    worst = Math.max(worst, code);
  }
  return worst;
}

async function recoverOne(
  host: InstalledHost,
  { cause, id }: { readonly cause: RecoveryCause; readonly id: string | undefined },
  shell: Shell,
): Promise<number> {
  const { pins, state } = host;
  const port = openHost(host, `recover (${cause})`, shell);
  const limits = { ...pins.limits, restartFor: pins.restart.limit };
  const request = { cause, id, parse: createStpdParser(defaultPolicy), limits };
  let result = await recoverHost(request, port);
  report(result, host, shell);
  // Nobody waits for a timer; it stays until the transfers have ended.
  const mayWait = (): boolean => cause !== "person";
  while (mayWait() && result.kind === "pending") {
    await port.clock.wait(pause);
    result = await recoverHost({ ...request, cause: "boot" }, port);
    report(result, host, shell);
  }
  if (result.kind !== "nothing") {
    const at = shell.now().toISOString();
    appendRecord(state, { at, command: "recover", cause, host: pins.host, result });
  }
  return exitOf(result);
}

function report(result: RecoverResult, { pins }: InstalledHost, { terminal }: Shell): void {
  terminal.out(`${pins.host}: ${makeVisible(describe(result))}\n`);
}

function describe(result: RecoverResult): string {
  switch (result.kind) {
    case "nothing":
      return result.reason;
    case "refused":
      return `${result.refusal.code}: ${result.refusal.message}. ${result.refusal.next}`;
    case "confirmed":
      return "the change had been proven; its file stays in place";
    default: {
      const { code, message } = describeUndo(result);
      return `${code}: ${message}`;
    }
  }
}

function exitOf({ kind }: RecoverResult): number {
  if (kind === "refused") return 1;
  return kind === "pending" || kind === "stuck" ? exitCodes.broke : 0;
}
