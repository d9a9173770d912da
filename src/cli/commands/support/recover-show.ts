import { showCommand } from "../../../adapters/host-local/spawn.ts";
import type { Installation } from "../../../adapters/host-local/installation.ts";
import { prepareState } from "../../../adapters/host-local/state.ts";
import { createStpdParser } from "../../../core/fleet/stpd-file.ts";
import { exitCodes } from "../../../core/base/errors.ts";
import { joinPath } from "../../../core/base/paths.ts";
import { defaultPolicy } from "../../../core/settings/policy.ts";
import { makeVisible } from "../../../core/base/text.ts";
import { readLastChanges } from "../../../core/host/status/describe-record.ts";
import type { HostPort } from "../../../core/host/ports.ts";
import { explainUnreached } from "../../../core/host/status/verdict.ts";
import {
  printWayBack,
  type KeptStpd,
  type WayBackCommands,
} from "../../../core/host/status/way-back.ts";
import { readRecordLines } from "./host-records-file.ts";
import { findStateOf, targetOf, type InstalledHost } from "./open-host.ts";
import { openForReading } from "./open-look.ts";
import type { Shell } from "../../../shell/context.ts";
import { loadUsablePins } from "./usable-pins.ts";
import { listLoginWords } from "../../../adapters/host-ssh/connection.ts";

/**
 * Prints the commands that restore the previous file by hand, and changes nothing. Exit code 4 if
 * the host does not report listeners.
 */
export async function showWayBack(
  installation: Installation,
  name: string,
  shell: Shell,
): Promise<number> {
  const state = prepareState(installation, name);
  const { pins } = loadUsablePins(installation, name, { state, shell });
  const host = { installation, pins, state };
  const { port, look } = openForReading(host, "recover --show", shell);
  const print = (lines: readonly string[]): void =>
    shell.terminal.out(`${lines.map(makeVisible).join("\n")}\n`);
  const journal = await port.journals.read();
  const listed = await look.listKept();
  if (journal.kind === "failed" || listed.kind === "failed") {
    const failed = journal.kind === "failed" ? journal : listed;
    const reason = failed.kind === "failed" ? failed.reason : "";
    const isUnreached = failed.kind === "failed" && failed.isUnreached === true;
    const what = isUnreached ? explainUnreached(name, reason) : `${name}: ${reason}`;
    print([`# ${what}`, ...printGeneral(host)]);
    return exitCodes.broke;
  }
  const live = await port.copies.read("live");
  const liveNow =
    live.kind === "done" && live.value !== undefined
      ? { digest: port.hash(live.value.bytes) }
      : { reason: live.kind === "failed" ? live.reason : "it does not exist" };
  const changes = readLastChanges(readRecordLines(state, shell));
  const previous =
    "digest" in liveNow ? changes.find(({ file }) => file === liveNow.digest)?.before : undefined;
  const way = {
    host: name,
    address: pins.addresses[0] ?? name,
    journal: journal.value,
    live: liveNow,
    kept: await readAll(listed.value, port),
    previous,
    verified: new Map(changes.map(({ file, at }) => [file, at])),
    parse: createStpdParser(defaultPolicy),
    commands: listCommands(host, (command) => wrapForSsh(host, command)),
  };
  print(printWayBack(way));
  return 0;
}

async function readAll(
  kept: readonly Omit<KeptStpd, "bytes">[],
  { backups }: Pick<HostPort, "backups">,
): Promise<readonly KeptStpd[]> {
  const all: KeptStpd[] = [];
  for (const one of kept) all.push({ ...one, bytes: await backups.find(one.digest) });
  return all;
}

/** The file on the host keeps its owner and mode. The path of cp avoids an alias that prompts. */
function listCommands(host: InstalledHost, wrap: (command: Command) => string): WayBackCommands {
  const { ssh, restart, stpdIni } = host.pins;
  const state = findStateOf(host);
  return {
    putBack: (digest) => {
      const kept = joinPath(state, `backups/${digest}.ini`);
      return wrap({ program: "/bin/cp", arguments: ["--no-preserve=all", "--", kept, stpdIni] });
    },
    restart: wrap(restart),
    forget: (id) => {
      const names = ["journal.json", `decision-${id}`, ...(ssh === undefined ? ["pins.json"] : [])];
      const paths = names.map((file) => joinPath(state, file));
      return wrap({ program: "/bin/rm", arguments: ["-f", "--", ...paths] });
    },
  };
}

type Command = Parameters<typeof showCommand>[0];

/** A service that keeps its output open would keep the session open, so the output is discarded. */
function wrapForSsh(host: InstalledHost, command: Command): string {
  const { ssh } = host.pins;
  if (ssh === undefined) return showCommand(command);
  const script = `${showCommand(command)} </dev/null >/dev/null 2>&1 || { echo "exit code $?"; exit 1; }`;
  const remote = showCommand({ program: "/bin/sh", arguments: ["-c", script] });
  const [program = "", ...words] = listLoginWords(targetOf(host, ssh, 0), remote);
  return showCommand({ program, arguments: words });
}

/** For a host that cannot be read: which file to restore must be found out there. */
function printGeneral(host: InstalledHost): readonly string[] {
  const state = findStateOf(host);
  const { putBack, restart } = listCommands(host, showCommand);
  return [
    `# As root on ${host.pins.host}: "before" in ${joinPath(state, "journal.json")} is the SHA-256 of`,
    `# the previous file, and ls -t ${joinPath(state, "backups")} lists all stored files, newest first.`,
    "# With the SHA-256 of a stored file for DIGEST:",
    `#   ${putBack("DIGEST")}`,
    `#   ${restart}`,
  ];
}
