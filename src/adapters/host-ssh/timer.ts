import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import type { Outcome, UndoTimer } from "../../core/host/ports.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import { endings, unitPrefix } from "./shell/change-state.ts";
import { undoScript } from "./shell/undo-script.ts";
import { withoutValue, type Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";

type TimerTarget = Pick<
  SshTarget,
  "stateFolder" | "stpdIni" | "restart" | "busy" | "timer" | "limits"
>;

/** Tests whether the timer of change $2 is pending or running. */
const isArmed = `
is_armed() {
  set -- "$1" "$2" $(readlink -- "$1/armed-$2")
  case \${3:-} in
    watchdog) lives "$4" "$5" "$6" ;;
    systemd)
      systemctl is-active --quiet "${unitPrefix}-$2.timer" ||
        systemctl is-active --quiet "${unitPrefix}-$2.service"
      ;;
    *) return 1 ;;
  esac
}
`;

/**
 * Takes `ID SECONDS KIND SHA256 LINE…`, and the undo script on standard input. Processes that the
 * restart command leaves behind belong to the service, so systemd must not kill them with the
 * script.
 */
const armTimer = `${isArmed}
id=$1 seconds=$2 kind=$3 digest=$4
shift 4
unit=${unitPrefix}-$id
save "$state/undo.sh" "$digest" || fail "the undo script could not be written"
printf '%s\\n' "$@" >"$state/change-$id" && sync -- "$state/change-$id" && sync -- "$state" ||
  fail "the settings of the undo script could not be written"
has_systemd=
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then has_systemd=yes; fi
if is_armed "$state" "$id"; then
  :
elif [ "$kind" != watchdog ] && [ -n "$has_systemd" ]; then
  folder=/etc/systemd/system
  mkdir -p -- "$folder/multi-user.target.wants" || exit 1
  printf '%s\\n' '[Unit]' 'Description=sesam-harden: undo of a change that was cut' \\
    "ConditionPathExists=$state/journal.json" '[Service]' 'Type=simple' 'KillMode=process' \\
    "ExecStart=/bin/sh $state/undo.sh $state boot" '[Install]' 'WantedBy=multi-user.target' \\
    >"$folder/${unitPrefix}.service" &&
    ln -sfT "$folder/${unitPrefix}.service" "$folder/multi-user.target.wants/${unitPrefix}.service" &&
    sync -- "$folder/${unitPrefix}.service" && sync -- "$folder/multi-user.target.wants" &&
    systemctl daemon-reload || fail "the unit for a start of the host could not be written"
  systemctl reset-failed "$unit.service" 2>/dev/null
  systemd-run --quiet --unit="$unit" --on-active="\${seconds}s" \\
    --timer-property=AccuracySec=1s --property=KillMode=process --property=TimeoutStartSec=infinity \\
    -- /bin/sh "$state/undo.sh" "$state" timer "$id" || exit 1
  ln -s -T -- "systemd" "$state/armed.$$" && mv -fT -- "$state/armed.$$" "$state/armed-$id" || exit 1
elif [ "$kind" = systemd ]; then
  fail "there is no systemd on the host"
else
  apart=
  if command -v setsid >/dev/null; then apart=setsid; fi
  nohup $apart sh "$state/undo.sh" "$state" watchdog "$id" "$seconds" </dev/null >/dev/null 2>&1 &
  turn=0
  while [ "$turn" -lt 50 ] && ! is_armed "$state" "$id"; do
    sleep 0.1
    turn=$((turn + 1))
  done
fi
is_armed "$state" "$id" || fail "it was started, and is not there"
case $(readlink -- "$state/armed-$id") in
  systemd*) printf %s "systemd on the host ($unit.timer)" ;;
  *) printf %s "a watchdog on the host" ;;
esac
leave
`;

const lookAtTimer = `${isArmed}
if is_armed "$1" "$2"; then echo armed; fi
`;

const disarmTimer = `${endings}
disarm "$state" "$1" || exit 1
leave
`;

/**
 * Undo timer on the target, outside of the ssh session: the target rolls back even if no jump host
 * connects again.
 */
export function createTimer(steps: Steps, target: TimerTarget): UndoTimer {
  const { stateFolder, timer, limits } = target;
  return {
    arm: async (id): Promise<Outcome<string>> =>
      steps.change({
        script: armTimer,
        parameters: [
          id,
          String(inSeconds(limits.watchdogMs)),
          timer,
          hashSha256(undoScript),
          ...listSettings(target),
        ],
        input: undoScript,
      }),
    isArmed: async (id) => {
      const answer = await steps.ask({ script: lookAtTimer, parameters: [stateFolder, id] });
      return answer.kind === "done" && answer.value === "armed\n";
    },
    disarm: async (id) =>
      withoutValue(await steps.change({ script: disarmTimer, parameters: [id] })),
  };
}

/** Lines that the undo script reads, in its order. */
function listSettings({ stpdIni, restart, busy, limits }: TimerTarget): readonly string[] {
  // As in recoverHost: a run that sees the claim stops, one that is undoing needs longer.
  const stepMs = restart.limitMs + 30_000;
  const undoingMs = 4 * (stepMs + limits.proveForMs + limits.settleMs) + limits.quietForMs;
  const timesMs = [limits.proveForMs, limits.settleMs, stepMs, undoingMs, limits.leaseMs];
  return [
    stpdIni,
    ...timesMs.map((timeMs) => String(inSeconds(timeMs))),
    String(busy?.idleExit ?? -1),
    ...listWords(restart),
    ...listWords(busy),
  ];
}

function listWords(command: PinnedCommand | undefined): readonly string[] {
  if (command === undefined) return ["0", "0"];
  const words = [command.program, ...command.arguments];
  return [String(inSeconds(command.limitMs)), String(words.length), ...words];
}

function inSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
