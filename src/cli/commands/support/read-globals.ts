import {
  findInstallation,
  listPinned,
  loadPins,
} from "../../../adapters/host-local/installation.ts";
import { createGlobalReader } from "../../../adapters/host-local/sm-glbv.ts";
import { runCommand } from "../../../adapters/host-local/spawn.ts";
import { exitCodes } from "../../../core/base/errors.ts";
import { makeVisible } from "../../../core/base/text.ts";
import { globalKeys, type GlobalKey } from "../../../core/fleet/globals.ts";
import type { Pins } from "../../../core/host/pins/pins.ts";
import type { Outcome } from "../../../core/host/ports.ts";
import type { GlobalSettings } from "../../../core/host/write-globals.ts";
import {
  isGlobalValue,
  printGlobalsReport,
  signGlobalsReport,
  type GlobalsReport,
} from "../../../core/rollout/dispatch/globals-report.ts";
import { chooseWord, usage } from "../../../shell/options.ts";
import type { Parsed } from "../../option-kinds.ts";
import type { Shell } from "../../../shell/context.ts";
import { findProgram, findReadable } from "./open-host.ts";
import { openUsableKey } from "./sign-report.ts";

/**
 * Reads the three settings with the pinned command; needs no ticket, because it writes nothing.
 * Exit code 0 if they were read or cannot be read here, 4 if the command failed.
 */
export async function showGlobals(parsed: Parsed<"globals">, shell: Shell): Promise<number> {
  const other = (["--repo", "--attest"] as const).find((name) => parsed.has(name));
  if (other !== undefined) throw usage(`${other} cannot be used with --read, which writes nothing`);
  const format = chooseWord("--format", parsed.one("--format"), ["text", "json"], "text");
  const { pins, state } = findReadable(parsed.one("--host") ?? findServer());
  refuseUnfit(pins);
  const read = createGlobalReader(pins.smGlbvRead, runCommand);
  const outcomes = read === undefined ? undefined : await readAll(read);
  for (const [key, outcome] of outcomes ?? []) {
    if (outcome.kind === "done") continue;
    shell.terminal.err(`${makeVisible(`${key} was not read: ${outcome.reason}`)}\n`);
  }
  const valueOf = (key: GlobalKey): string | null => {
    const outcome = outcomes?.get(key);
    return outcome?.kind === "done" ? outcome.value : null;
  };
  const report = {
    schemaVersion: 1,
    kind: "globals",
    host: pins.host,
    repository: pins.repository,
    at: Math.floor(shell.now().getTime() / 1000),
    read: outcomes !== undefined,
    values: {
      gv_default_interface_prefix: valueOf("gv_default_interface_prefix"),
      gv_default_interface_prefix_ext: valueOf("gv_default_interface_prefix_ext"),
      gv_conf_use_com_stpd_kill: valueOf("gv_conf_use_com_stpd_kill"),
    },
  } as const;
  if (format === "json") {
    const signer = await openUsableKey(state);
    const signed =
      signer === undefined
        ? { ...report, signature: null }
        : await signGlobalsReport(report, signer);
    shell.terminal.out(printGlobalsReport(signed));
  } else {
    shell.terminal.out(renderText(report));
  }
  const isFailed = report.read && globalKeys.some((key) => report.values[key] === null);
  return isFailed ? exitCodes.broke : 0;
}

/** The Server on this machine, of all hosts with pins here; the others are reached over ssh. */
function findServer(): string {
  const installation = findInstallation(findProgram());
  const servers = listPinned(installation).filter((name) => {
    const { role, ssh } = loadPins(installation, name);
    return role === "server" && ssh === undefined;
  });
  const [only, ...others] = servers;
  if (only !== undefined && others.length === 0) return only;
  const found = servers.length === 0 ? "none" : servers.join(", ");
  throw usage(
    `globals --read expects the pins of exactly one Server on this machine, found ${found}`,
  );
}

function refuseUnfit({ host, role, ssh }: Pins): void {
  if (role !== "server") throw usage(`${host} is not a Server, so it has no global settings`);
  if (ssh !== undefined) throw usage(`${host} is behind ssh: run globals --read on the Server`);
}

async function readAll(
  read: NonNullable<GlobalSettings["read"]>,
): Promise<ReadonlyMap<GlobalKey, Outcome<string>>> {
  const outcomes = new Map<GlobalKey, Outcome<string>>();
  for (const key of globalKeys) {
    const outcome = await read(key);
    const isWord = outcome.kind === "failed" || isGlobalValue(outcome.value);
    const reason = "the command printed no value, or more than 100 characters";
    outcomes.set(key, isWord ? outcome : { kind: "failed", reason });
  }
  return outcomes;
}

function renderText({ host, read, values }: Omit<GlobalsReport, "signature">): string {
  if (!read) {
    return `${host}: unknown. The pins name no [command.sm_glbv_read], so nothing was read.\n`;
  }
  return globalKeys
    .map((key) => `${makeVisible(`${host}: ${key} = ${values[key] ?? "unknown"}`)}\n`)
    .join("");
}
