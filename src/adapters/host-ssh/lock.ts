import { done, type Holder, type HostLock, type Outcome } from "../../core/host/ports.ts";
import { isAlive, type JumpProcess } from "./jump-process.ts";
import { fence } from "./shell/fence.ts";
import type { Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";

export interface SshLockOptions {
  readonly target: Pick<SshTarget, "stateFolder" | "restart" | "limits">;
  /** Description of this run, for display, such as `apply open`. */
  readonly who: string;
  /** Letters and digits, unique to this run. */
  readonly run: string;
  readonly process: JumpProcess;
}

/** Creates the state directory if it is missing, accessible only to the login user. */
const takeLock = `${fence}
[ -r /proc/uptime ] || fail "there is no /proc on the host"
mkdir -p -m 700 -- "$1" || exit 1
[ -d "$1" ] && [ "$(stat -c '%u %a' -- "$1")" = "$(id -u) 700" ] ||
  fail "others can write to $1, or look into it, or it is no folder"
state=$1 run=$2 ref=$3 who=$4 lease=$5 dead=$6 patience=$7
turn=0
mine=
while [ "$turn" -lt 20 ]; do
  turn=$((turn + 1))
  highest "$state"
  read_holder
  if [ "$of_run" = "$run" ]; then mine=$n; break; fi
  if [ "$holder" != free ] && [ "$dead" != "$n" ]; then
    if is_held "$state" "$lease"; then held=yes; else held=no; fi
    if [ "$held" = yes ] || [ "$of_place" = jump ]; then
      age=0
      uptime
      [ "$of_boot" != "$boot" ] || age=$((up - of_time))
      echo "held $n $held $age $holder"
      exit
    fi
  fi
  if [ "$of_place" = host ] && lives "\${of_ref%:*}" "\${of_ref#*:}" "$of_boot"; then
    kill -s KILL -- "-$group" "\${of_ref%:*}"
  fi
  uptime
  if next_lock "$state" "$run jump $ref $boot $up $who"; then break; fi
  mine=
done
[ -n "$mine" ] || fail "the lock could not be taken: $problem"
beat "$state" "$mine"
settle_steps "$state" "$mine" 0 "$patience" 0 || fail "the lock was taken over at once"
remove_leftovers "$state"
echo "taken $mine"
`;

const ownLock = `${fence}
highest "$1"
if [ "$n" = "$2" ] && [ "$holder" != free ]; then
  beat "$1" "$2"
  echo ours
fi
`;

const giveBack = `${fence}
highest "$1"
[ "$n" != "$2" ] || [ "$holder" = free ] || next_lock "$1" free
`;

/** Lock on the target, respected by its own undo timer and by other jump hosts. */
export function createLock(options: SshLockOptions, steps: Steps): HostLock {
  const { target, who, run, process } = options;
  const { stateFolder, restart, limits } = target;
  const patienceSeconds = Math.ceil(restart.limitMs / 1000) + 30;
  const ask = async (dead: string): Promise<Outcome<LockAnswer>> => {
    const ref = `${process.origin}:${process.id}`;
    const lease = String(Math.ceil(limits.leaseMs / 1000));
    const answer = await steps.ask({
      script: takeLock,
      parameters: [
        stateFolder,
        run,
        ref,
        nameRun(who, run + ref),
        lease,
        dead,
        String(patienceSeconds),
      ],
      limitMs: 60_000 + 1000 * patienceSeconds,
    });
    return answer.kind === "failed" ? answer : readLockAnswer(answer.value);
  };
  /**
   * `dead` is the number of a lock whose holder is dead or past its time limit; empty if there is
   * none.
   */
  const take = async (dead: string): Promise<Outcome<Held | undefined>> => {
    const answer = await ask(dead);
    if (answer.kind === "failed") return answer;
    if (answer.value.kind === "held") return { kind: "done", value: answer.value };
    steps.holds(answer.value.lock);
    return { kind: "done", value: undefined };
  };
  return {
    // Every step on the target names the lock that it belongs to.
    isNeeded: true,
    take: async () => {
      const taken = await take("");
      if (taken.kind === "failed") return taken;
      if (taken.value === undefined) return { kind: "done", value: undefined };
      if (!isDead(taken.value, process))
        return { kind: "done", value: describeHolder(taken.value) };
      const again = await take(taken.value.lock);
      if (again.kind === "failed") return again;
      return { kind: "done", value: again.value && describeHolder(again.value) };
    },
    isOurs: async () => {
      const parameters = [stateFolder, String(steps.lock())];
      const answer = await steps.ask({ script: ownLock, parameters });
      return answer.kind === "done" && answer.value === "ours\n";
    },
    seize: async () => {
      const taken = await take("");
      if (taken.kind === "failed") return taken;
      if (taken.value === undefined) return done;
      const again = await take(taken.value.lock);
      if (again.kind === "failed") return again;
      if (again.value === undefined) return done;
      return { kind: "failed", reason: `${describeHolder(again.value).who} was quicker` };
    },
    release: async () => {
      await steps.ask({ script: giveBack, parameters: [stateFolder, String(steps.lock())] });
      steps.holds(0);
    },
  };
}

/**
 * Bytes of a link target that ext4 stores in the inode, so that no block of a full disk is needed.
 */
const maxText = 59;
/**
 * Bytes of the text in addition to run, reference and name: ` jump `, and a boot ID and an uptime.
 */
const others = " jump ".length + " 01234567 01234567 ".length;

/** Description of the run, shortened to the remaining room. */
function nameRun(who: string, rest: string): string {
  const word = who.replaceAll(/[^A-Za-z0-9]+/g, "-");
  const room = Math.max(1, maxText - others - rest.length);
  return word.length <= room ? word : word.slice(0, room).replace(/-[^-]*$/, "");
}

interface Held {
  readonly kind: "held";
  readonly lock: string;
  /** According to its last heartbeat or, for a process on the target, whether it is running. */
  readonly isHeld: boolean;
  readonly ageSeconds: number;
  /**
   * `place` is `jump` or `host`; `ref` is `ORIGIN:PID:START` or `PID:START`; `who` describes the
   * run.
   */
  readonly place: string;
  readonly ref: string;
  readonly who: string;
}

type LockAnswer = Held | { readonly kind: "taken"; readonly lock: number };

/** Parses a holder, or a lock that was taken, as printed by `takeLock`. */
export function readLockAnswer(text: string): Outcome<LockAnswer> {
  const [word, lock = "", held, age, , place = "", ref = "", , , who = ""] = text.trim().split(" ");
  if (word === "taken") return { kind: "done", value: { kind: "taken", lock: Number(lock) } };
  if (word !== "held") return { kind: "failed", reason: "the lock of the host cannot be parsed" };
  const isHeld = held === "yes";
  return {
    kind: "done",
    value: { kind: "held", lock, isHeld, ageSeconds: Number(age), place, ref, who },
  };
}

/**
 * Whether a holder is dead. A process of this machine is checked directly, any other by its
 * heartbeat.
 */
export function isDead({ isHeld, place, ref }: Held, { origin }: JumpProcess): boolean {
  const isOurs = origin !== "" && place === "jump" && ref.startsWith(`${origin}:`);
  return isOurs ? !isAlive(ref.slice(origin.length + 1)) : !isHeld;
}

/** Describes a live holder, for display. */
export function describeHolder({ place, who, ageSeconds }: Held): Holder {
  const name = place === "host" ? "the undo timer of the host" : `${who} of a jump host`;
  return { who: name, ageSeconds: Math.max(0, ageSeconds), alive: "yes" };
}
