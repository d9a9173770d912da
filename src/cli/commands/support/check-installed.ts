import { readTrusted, refuseTrust } from "../../../adapters/host-local/file-trust.ts";
import { placesOf, readOtherSudoers } from "../../../adapters/host-local/install.ts";
import { ownCommand } from "../../../adapters/host-local/installation.ts";
import { openReportKey } from "../../../adapters/host-local/report-key.ts";
import { runCommand } from "../../../adapters/host-local/spawn.ts";
import { exitCodes, HardenError } from "../../../core/base/errors.ts";
import type { Account } from "../../../core/host/check/check-setup.ts";
import { checkReadiness, type ReadinessRequest } from "../../../core/host/check/readiness.ts";
import { createStpdParser } from "../../../core/fleet/stpd-file.ts";
import type {
  CheckFinding,
  RehearsalAnswer,
} from "../../../core/rollout/dispatch/rehearsal-report.ts";
import { defaultPolicy } from "../../../core/settings/policy.ts";
import type { Outcome } from "../../../core/host/ports.ts";
import type { Shell } from "../../../shell/context.ts";
import { readRecordLines } from "./host-records-file.ts";
import { listLackingHere } from "./describe-lacking.ts";
import { createServerQuestion, type InstalledHost } from "./open-host.ts";
import { openForReading } from "./open-look.ts";

export function exitOfAnswer(answer: RehearsalAnswer): number {
  return { ready: 0, "not-ready": 1, unknown: exitCodes.broke }[answer];
}

/** The plan and the files of a rehearsal; without it, the host is checked for any change. */
export async function checkInstalled(
  host: InstalledHost,
  change: ReadinessRequest["change"],
  shell: Shell,
): Promise<readonly CheckFinding[]> {
  const { pins, state } = host;
  const { port, look } = openForReading(host, "host check", shell);
  const request = {
    change,
    parse: createStpdParser(defaultPolicy),
    preflight: {
      phase: change?.request.phase ?? "open",
      role: pins.role,
      version: pins.version,
    },
    lacking: listLackingHere(pins, shell),
    setup: await lookAtSetup(host),
    recordedAtMs: readLastRecord(state, shell),
  } as const;
  return checkReadiness(request, { ...port, look, askServer: createServerQuestion(pins, shell) });
}

/** How this machine lets jobs run the program, and with which keys. Read-only. */
async function lookAtSetup({
  installation,
  pins,
  state,
}: InstalledHost): Promise<ReadinessRequest["setup"]> {
  const places = placesOf(installation);
  return {
    watchdogSeconds: pins.limits.watchdogMs / 1000,
    called: [
      ownCommand(installation.program).program,
      installation.program,
      installation.pins,
      ...(places === undefined ? [] : [places.launcher]),
    ],
    launcher: places?.launcher ?? "",
    acceptedKeys: [...pins.keys.keys()],
    reportKey: await readReportKey(state),
    ...(places === undefined
      ? { sudoers: notInstalled, otherSudoers: notInstalled }
      : { sudoers: readTrusted(places.sudoers), otherSudoers: readOtherSudoers(places) }),
    distrust: refuseTrust,
    findAccount,
  };
}

const notInstalled = {
  kind: "failed",
  reason: "the program is not where host install installs it",
} as const;

async function readReportKey(state: string): Promise<Outcome<string | undefined>> {
  try {
    return { kind: "done", value: (await openReportKey(state))?.kid };
  } catch (error) {
    if (error instanceof HardenError) return { kind: "failed", reason: error.message };
    throw error;
  }
}

/** Uses id(1), because it also queries LDAP and other name services. */
async function findAccount(user: string): Promise<Outcome<Account | undefined>> {
  const ask = (option: string) =>
    runCommand({ program: "/usr/bin/id", arguments: [option, "--", user], limitMs: 10_000 });
  const [uid, groups] = [await ask("-u"), await ask("-Gn")];
  for (const end of [uid, groups]) {
    if (end.kind === "failed") return { kind: "failed", reason: `id ${user}: ${end.reason}` };
  }
  if (uid.kind !== "ended" || uid.code !== 0) return { kind: "done", value: undefined };
  const number = Number(uid.output.trim());
  if (groups.kind !== "ended" || groups.code !== 0 || !Number.isSafeInteger(number)) {
    return { kind: "failed", reason: `id ${user} prints no account` };
  }
  return { kind: "done", value: { uid: number, groups: groups.output.trim().split(" ") } };
}

/** When the last record was written, in milliseconds since 1970. */
function readLastRecord(state: string, shell: Shell): number | undefined {
  const [, at = ""] = /"at":"([^"]+)"/.exec(readRecordLines(state, shell).at(-1) ?? "") ?? [];
  const time = Date.parse(at);
  return Number.isNaN(time) ? undefined : time;
}
