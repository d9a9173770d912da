import { readUndoUnits, type UndoOutlook } from "../../core/host/status/undo-outlook.ts";
import type { FreeSpace, HostLook, KeptFile } from "../../core/host/status/look-port.ts";
import { parentOf } from "../../core/base/paths.ts";
import type { JumpProcess } from "./jump-process.ts";
import { describeHolder, isDead, readLockAnswer } from "./lock.ts";
import { unitPrefix } from "./shell/change-state.ts";
import { fence } from "./shell/fence.ts";
import type { Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";

/** Prints a holder as `takeLock` does, without taking the lock. */
const lookAtLock = `${fence}
highest "$1"
if [ "$holder" = free ]; then echo free; exit; fi
if is_held "$1" "$2"; then held=yes; else held=no; fi
read_holder
age=0
uptime
[ "$of_boot" != "$boot" ] || age=$((up - of_time))
echo "held $n $held $age $holder"
`;

/** The watchdog's last argument is its delay in seconds, counted from its start. */
const lookAtUndo = `
set -- "$1" "$2" $(readlink -- "$1/armed-$2")
case \${3:-} in
  watchdog)
    lives "$4" "$5" "$6" || { echo none; exit; }
    uptime
    echo "watchdog $up $5 $(tr '\\0' '\\n' <"/proc/$4/cmdline" | tail -n 1)"
    ;;
  systemd)
    uptime
    echo "systemd $up"
    systemctl show -pId -pActiveState -pNextElapseUSecMonotonic \\
      "${unitPrefix}-$2.timer" "${unitPrefix}-$2.service"
    ;;
  *) echo none ;;
esac
`;

const listBackups = `
[ -d "$1/backups" ] || exit 0
cd -- "$1/backups" || exit 1
for file in *.ini; do [ -f "$file" ] && stat -c '%Y %n' -- "$file"; done
exit 0
`;

/**
 * Prints for each directory: free blocks, block size, free and total inodes, whether it is
 * writable, path.
 */
const lookAtSpace = `
for place in "$@"; do
  while [ ! -d "$place" ]; do
    place=\${place%/*}
    [ -n "$place" ] || place=/
  done
  write=no
  [ ! -w "$place" ] || write=yes
  facts=$(stat -f -c '%a %S %d %c' -- "$place") || exit 1
  printf '%s %s %s\\n' "$facts" "$write" "$place"
done
`;

/** Selects the timer in the same way as arming does. */
const lookAtMeans = `
if [ "$1" != watchdog ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  state=$(systemctl is-system-running) || :
  case $state in
    running | degraded | starting | initializing | maintenance) echo systemd ;;
    *) fail "systemctl is-system-running says \${state:-nothing}" ;;
  esac
elif [ "$1" = systemd ]; then
  fail "there is no systemd on the host"
else
  command -v nohup >/dev/null || fail "there is no nohup on the host"
  echo watchdog
fi
`;

/** Reads the status of the target, where lock, timer and backups are. */
export function createSshLook(
  steps: Steps,
  {
    stateFolder,
    stpdIni,
    timer,
    limits,
  }: Pick<SshTarget, "stateFolder" | "stpdIni" | "timer" | "limits">,
  process: JumpProcess,
): HostLook {
  return {
    holder: async () => {
      const lease = String(Math.ceil(limits.leaseMs / 1000));
      const answer = await steps.ask({ script: lookAtLock, parameters: [stateFolder, lease] });
      if (answer.kind === "failed") return answer;
      if (answer.value === "free\n") return { kind: "done", value: undefined };
      const held = readLockAnswer(answer.value);
      if (held.kind === "failed") return held;
      if (held.value.kind !== "held") return { kind: "done", value: undefined };
      const alive = isDead(held.value, process) ? "no" : "yes";
      return { kind: "done", value: { ...describeHolder(held.value), alive } };
    },
    undo: async (id) => {
      const answer = await steps.ask({ script: lookAtUndo, parameters: [stateFolder, id] });
      return answer.kind === "failed" ? answer : { kind: "done", value: readUndo(answer.value) };
    },
    space: async () => {
      const parameters = [stateFolder, parentOf(stpdIni)];
      const answer = await steps.ask({ script: lookAtSpace, parameters });
      if (answer.kind === "failed") return answer;
      const places = answer.value.trimEnd().split("\n").flatMap(readSpace);
      return places.length === parameters.length
        ? { kind: "done", value: places }
        : { kind: "failed", reason: "cannot read the free space there" };
    },
    nowMs: async () => {
      const answer = await steps.ask({ script: "date +%s\n", parameters: [] });
      if (answer.kind === "failed") return answer;
      const seconds = Number(answer.value.trim());
      return Number.isSafeInteger(seconds) && seconds > 0
        ? { kind: "done", value: 1000 * seconds }
        : { kind: "failed", reason: "cannot read its clock" };
    },
    undoMeans: async () => {
      const answer = await steps.ask({ script: lookAtMeans, parameters: [timer] });
      if (answer.kind === "failed") return answer;
      // Arming a systemd timer also installs a boot unit. Without systemd, an undo at boot needs
      // `recover`.
      const isSystemd = answer.value === "systemd\n";
      const by = isSystemd ? "a systemd timer on the host" : "a watchdog process on the host";
      return { kind: "done", value: { by, atBoot: isSystemd ? "enabled" : "unknown" } };
    },
    listKept: async () => {
      const answer = await steps.ask({ script: listBackups, parameters: [stateFolder] });
      if (answer.kind === "failed") return answer;
      const kept = answer.value.split("\n").flatMap(readKept);
      return {
        kind: "done",
        value: kept.toSorted((left, right) => right.keptAtMs - left.keptAtMs),
      };
    },
  };
}

function readUndo(text: string): UndoOutlook {
  const end = text.indexOf("\n");
  const [kind, up, start, seconds] = text.slice(0, end).split(" ");
  if (kind === "systemd") return readUndoUnits(text.slice(end + 1), Number(up));
  if (kind !== "watchdog") return { kind: "none" };
  // The start is in ticks of 1/100 s.
  const leftSeconds = Number(start) / 100 + Number(seconds) - Number(up);
  return {
    kind: "waiting",
    leftSeconds: Number.isNaN(leftSeconds) ? undefined : Math.max(0, leftSeconds),
  };
}

function readSpace(line: string): readonly FreeSpace[] {
  const [, blocks, size, free, all, write, path] =
    /^([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+) (yes|no) (.*)$/.exec(line) ?? [];
  if (path === undefined) return [];
  const bytes = Number(blocks) * Number(size);
  const files = Number(all) === 0 ? undefined : Number(free);
  return [{ path, bytes, files, isWritable: write === "yes" }];
}

function readKept(line: string): readonly KeptFile[] {
  const [, seconds, digest] = /^([0-9]+) ([0-9a-f]{64})\.ini$/.exec(line) ?? [];
  return digest === undefined ? [] : [{ digest, keptAtMs: 1000 * Number(seconds) }];
}
