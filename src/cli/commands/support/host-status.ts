import {
  findInstallation,
  listPinned,
  type Installation,
} from "../../../adapters/host-local/installation.ts";
import { listChanged } from "../../../adapters/host-local/kept-pins.ts";
import { openReportKey } from "../../../adapters/host-local/report-key.ts";
import { prepareState } from "../../../adapters/host-local/state.ts";
import { hasSystemd } from "../../../adapters/host-local/stpd-service.ts";
import { createStpdParser } from "../../../core/fleet/stpd-file.ts";
import { exitCodes, HardenError } from "../../../core/base/errors.ts";
import type { Pins } from "../../../core/host/pins/pins.ts";
import { defaultPolicy } from "../../../core/settings/policy.ts";
import { makeVisible } from "../../../core/base/text.ts";
import { version } from "../../../core/base/version.ts";
import { describeRecord } from "../../../core/host/status/describe-record.ts";
import { readHostState, type HostState } from "../../../core/host/status/state.ts";
import { describeOtherRun, judgeHostState, trimReason } from "../../../core/host/status/verdict.ts";
import { usage } from "../../../shell/options.ts";
import { describeLacking } from "./describe-lacking.ts";
import { explainError } from "../../errors.ts";
import { readRecordLines } from "./host-records-file.ts";
import { findProgram, type InstalledHost } from "./open-host.ts";
import { openForReading } from "./open-look.ts";
import type { Shell } from "../../../shell/context.ts";
import { loadUsablePins } from "./usable-pins.ts";
import { formatSpan, formatTime } from "../../../core/base/dates.ts";

/** Exit code 4 if a person must act, a rollback is pending, or something is unknown. */
export async function showStatus(name: string | undefined, shell: Shell): Promise<number> {
  const installation = findInstallation(findProgram());
  const all = [...new Set([...listPinned(installation), ...listChanged(installation)])].toSorted();
  if (name !== undefined && !all.includes(name))
    throw usage(`--host needs one of ${all.join(", ")}`);
  let isFine = true;
  for (const host of name === undefined ? all : [name]) {
    const lines: string[] = [];
    try {
      isFine = (await describeHost(host, { installation, lines, shell })) && isFine;
    } catch (error) {
      if (!(error instanceof HardenError)) throw error;
      isFine = false;
      lines.push(`${host}: unknown: ${explainError(error)}`);
    }
    shell.terminal.out(`${lines.map(makeVisible).join("\n")}\n`);
  }
  shell.terminal.out(`sesam-harden ${version}, ${installation.program}\n`);
  return isFine ? 0 : exitCodes.broke;
}

/** Adds the lines of one host; returns whether it is fine. */
async function describeHost(
  name: string,
  { installation, lines, shell }: Listing,
): Promise<boolean> {
  const state = prepareState(installation, name);
  const { pins, isWrong } = loadUsablePins(installation, name, { state, shell });
  const host = { installation, pins, state };
  const { port, look } = openForReading(host, "host status", shell);
  const { role, version: pinned } = pins;
  const request = {
    parse: createStpdParser(defaultPolicy),
    preflight: { role, version: pinned },
  };
  const last = readRecordLines(state, shell).at(-1);
  const reading = await readHostState(request, port, look);
  const nowMs = shell.now().getTime();
  const verdict = judgeHostState(reading, { host: name, nowMs });
  const wrong = isWrong ? "; its pins are invalid, so changes are refused" : "";
  lines.push(`${name}: ${verdict.text}${wrong}`, `  is           ${describePins(pins)}`);
  if (reading.kind === "read") lines.push(...describeState(reading.state, host, shell));
  lines.push(
    `  keys         ${[...pins.keys.keys()].join(" ") || "none: no ticket is accepted"}`,
    `  signs with   ${await describeSigner(state)}`,
    ...describeLacking(pins, shell).map((line) => `  ${line}`),
    `  last record  ${last === undefined ? "none" : describeRecord(last)}`,
    `  by hand      sesam-harden recover --show --host ${name} prints the manual rollback as commands`,
  );
  return verdict.isFine && !isWrong;
}

/** The id of its key, as `host records` publishes it. */
async function describeSigner(state: string): Promise<string> {
  try {
    const key = await openReportKey(state);
    return key?.kid ?? "no key, so its reports are not signed; host install creates one";
  } catch (error) {
    if (error instanceof HardenError) return `NOT USABLE: ${error.message}`;
    throw error;
  }
}

interface Listing {
  readonly installation: Installation;
  readonly lines: string[];
  readonly shell: Shell;
}

function describePins({ role, repository, addresses, ssh }: Pins): string {
  const over = ssh === undefined ? "" : `, over ssh as ${ssh.user}@${ssh.address}:${ssh.port}`;
  return `${role}, repository ${repository}, ${addresses.join(" ")}${over}`;
}

function describeState(
  state: HostState,
  { pins }: InstalledHost,
  { hash }: Pick<Shell, "hash">,
): readonly string[] {
  const { live, ports, reach, hindrances, journal, holder } = state;
  const file =
    live.kind === "failed"
      ? `cannot be read: ${live.reason}`
      : `${hash(live.value.bytes)}, changed at ${formatTime(live.value.changedAtMs)}`;
  const reached = { good: "yes", bad: "NO", unknown: "unknown" }[reach.answer];
  const why = reach.reasons.map(({ message }) => message).join("; ");
  const open = { true: "open", false: "closed", undefined: "unknown" };
  const shown = ports.map(({ name, number, isOpen }) => `${name} ${number} ${open[`${isOpen}`]}`);
  const isQuiet = journal.kind === "done" && journal.value === undefined;
  return [
    `  stpd.ini     ${pins.stpdIni}: ${file}`,
    `  data ports   ${shown.join(", ") || "unknown"}`,
    `  reachable    ${reached}${why === "" ? "" : `: ${why}`}`,
    ...(isQuiet ? describeReady(hindrances) : []),
    `  undo         ${describeTimer(pins)} after ${pins.limits.watchdogMs / 1000} s`,
    `  at work      ${describeHolder(holder)}`,
    `  change       ${describeJournal(journal)}`,
  ];
}

function describeReady(hindrances: HostState["hindrances"]): readonly string[] {
  if (hindrances.length === 0) return ["  ready        yes, for a change"];
  return hindrances.map(({ code, message, next }, index) => {
    const label = index === 0 ? "  ready        NO: " : "               and ";
    return `${label}${code}: ${message}. ${next}`;
  });
}

function describeTimer({ ssh, timer }: Pins): string {
  if (timer === "systemd") return "a systemd timer";
  if (timer === "watchdog") return "a watchdog process";
  if (ssh !== undefined) return "a systemd timer or a watchdog process on the host";
  return hasSystemd() ? "a systemd timer" : "a watchdog process";
}

function describeHolder(holder: HostState["holder"]): string {
  if (holder.kind === "failed") return `unknown: ${trimReason(holder.reason)}`;
  if (holder.value === undefined) return "no run";
  const { who, ageSeconds, alive } = holder.value;
  if (alive === "yes") return describeOtherRun(holder.value);
  if (alive === "no")
    return `no run: ${who} ended without finishing; it began ${formatSpan(ageSeconds)} ago`;
  return `unknown: the lock names ${who}, from ${formatSpan(ageSeconds)} ago`;
}

function describeJournal(journal: HostState["journal"]): string {
  if (journal.kind === "failed") return `NOT KNOWN: ${journal.reason}`;
  if (journal.value === undefined) return "none under way";
  const { phase, stage, startedAt, authority } = journal.value;
  return `${phase}, ${stage}, since ${formatTime(Date.parse(startedAt))}, by ${authority}`;
}
