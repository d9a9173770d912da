import { readUndoUnits, type UndoOutlook } from "../../core/host/status/undo-outlook.ts";
import type { HostLook, KeptFile } from "../../core/host/status/look-port.ts";
import type { JumpProcess } from "./jump-process.ts";
import { describeHolder, isDead, readLockAnswer } from "./lock.ts";
import { unitPrefix } from "./shell/change-state.ts";
import { fence } from "./shell/fence.ts";
import type { Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";

/** As `takeLock` tells a holder, without taking anything. */
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

/** The watchdog's last argument is the number of seconds that it waits for from its start on. */
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

/** The target itself, since lock, timer and backups are there. */
export function createSshLook(
  steps: Steps,
  { stateFolder, limits }: Pick<SshTarget, "stateFolder" | "limits">,
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
  // The start in ticks of 1/100 s.
  const leftSeconds = Number(start) / 100 + Number(seconds) - Number(up);
  return {
    kind: "waiting",
    leftSeconds: Number.isNaN(leftSeconds) ? undefined : Math.max(0, leftSeconds),
  };
}

function readKept(line: string): readonly KeptFile[] {
  const [, seconds, digest] = /^([0-9]+) ([0-9a-f]{64})\.ini$/.exec(line) ?? [];
  return digest === undefined ? [] : [{ digest, keptAtMs: 1000 * Number(seconds) }];
}
