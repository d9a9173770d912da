import { listWirePorts } from "../../core/probe/target-ports.ts";
import type { BusyCommand, PinnedCommand } from "../../core/host/pins/sections.ts";
import { encodeBytes } from "../../core/base/text.ts";
import type { Busy, Outcome, Service, ServiceState } from "../../core/host/ports.ts";
import { cleanText } from "./connection.ts";
import { commands } from "./shell/basics.ts";
import { withoutValue, type Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";
import { findVersion } from "../../core/host/proc-net.ts";
import { findRemoteStart } from "./listening.ts";

/**
 * Prints the output and standard error, then a line with the exit code and whether there was any
 * standard error. The command's words are read from standard input.
 */
const runCommand = `
exec 3>&1
code=0
complaint=$(umask "$mask" && unset LC_ALL &&
  exec timeout -k 10 "$1" sh -c "$launch" 2>&1 >&3 3>&-) || code=$?
printf '%s\\n%s %s\\n' "$complaint" "$code" "\${complaint:+complained}"
`;

/** A retry after a lost connection does not restart the service again. */
const restartService = `${commands}
code=$prior
if [ -z "$code" ]; then
  pinned "$state/said-restart" "$@"
  leave "$code"
fi
if [ "$code" != 0 ]; then
  said=$(head -c 400 -- "$state/said-restart")
  fail "exit code $code: $said"
fi
`;

/**
 * Prints the tables, then the sockets of every process, each with the start time of its process.
 */
const lookAtListeners = `
date +%s.%N
cat /proc/uptime
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
echo
ls -l /proc/self/fd /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
  case $line in
    /proc/*/fd:)
      pid=\${line#/proc/}
      pid=\${pid%/fd:}
      ;;
    *'socket:['*)
      look_at "$pid" && echo "$start \${line##*socket:}"
      ;;
  esac
done
`;

/** STPD on the target, controlled by the pinned commands, which run there. */
export function createSshService(
  steps: Steps,
  { restart, status, busy }: Pick<SshTarget, "restart" | "status" | "busy">,
  askServer: (() => Promise<Busy>) | undefined,
): Service {
  return {
    askBusy: async () => {
      const answers: Busy[] = [];
      const reason = "no command for it is pinned";
      answers.push(
        busy === undefined ? { kind: "unknown", detail: reason } : await askBusy(steps, busy),
      );
      if (askServer !== undefined) answers.push(await askServer());
      return (
        answers.find(({ kind }) => kind === "yes") ??
        answers.find(({ kind }) => kind === "unknown") ??
        answers[0] ?? { kind: "unknown", detail: reason }
      );
    },
    restart: async () => {
      const parameters = listParameters(restart);
      const limitMs = restart.limitMs + 30_000;
      return withoutValue(await steps.change({ script: restartService, parameters, limitMs }));
    },
    look: async (file): Promise<Outcome<ServiceState>> => {
      const said = status === undefined ? undefined : await run(steps, status);
      if (said?.kind === "failed") return said;
      const version = said === undefined ? undefined : findVersion(said.value.text);
      const tables = await steps.ask({
        script: lookAtListeners,
        parameters: [],
        most: 16 * 1024 * 1024,
      });
      if (tables.kind === "failed") return tables;
      const ports = new Set(Object.values(listWirePorts({ stpd: file, facts: undefined })));
      const start = findRemoteStart(tables.value, ports);
      return { kind: "done", value: { version, ...start, seenAtMs: readTime(tables.value) } };
    },
  };
}

/** The target's time of day in milliseconds, from the first line. */
function readTime(text: string): number {
  return 1000 * parseFloat(text);
}

async function askBusy(steps: Steps, busy: BusyCommand): Promise<Busy> {
  const said = await run(steps, busy);
  if (said.kind === "failed") {
    const { reason: detail, isUnreached = false } = said;
    return { kind: "unknown", detail, isUnreached };
  }
  const { code, text, complained } = said.value;
  if (code === busy.idleExit && !complained) return { kind: "no" };
  const detail = cleanText(text);
  if (code === busy.busyExit) return { kind: "yes", detail };
  return { kind: "unknown", detail: `exit code ${code}: ${detail}` };
}

interface Said {
  readonly code: number;
  readonly text: string;
  /** Whether it wrote to standard error: its exit code may then mean an error. */
  readonly complained: boolean;
}

async function run(steps: Steps, command: PinnedCommand): Promise<Outcome<Said>> {
  const [seconds = "", ...words] = listParameters(command);
  const said = await steps.ask({
    script: runCommand,
    parameters: [seconds],
    input: encodeBytes(words.map((word) => `${word}\n`).join("")),
    limitMs: command.limitMs + 30_000,
  });
  if (said.kind === "failed") return said;
  const [, text = "", code = "", word] =
    /^([^]*)\n([0-9]+) (complained)?\n$/.exec(said.value) ?? [];
  if (code === "") return { kind: "failed", reason: "its answer cannot be parsed" };
  return { kind: "done", value: { code: Number(code), text, complained: word !== undefined } };
}

/** The time limit in seconds, then the words of the command. */
function listParameters({ program, arguments: words, limitMs }: PinnedCommand): readonly string[] {
  return [String(Math.ceil(limitMs / 1000)), program, ...words];
}
