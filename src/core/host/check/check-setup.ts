import type { Busy, Outcome } from "../ports.ts";
import type { FreeSpace, UndoMeans } from "../status/look-port.ts";
import { readSudoers } from "../pins/sudoers.ts";
import { found, passed, refusedFor, type Precondition } from "./precondition.ts";
import { refusal, refuseFailure } from "../../base/reasons.ts";
import { formatTime } from "../../base/dates.ts";

/** A file on the machine that runs this program, and why it cannot be trusted; empty if it can. */
export interface TrustedText {
  readonly text: string;
  readonly distrust: string;
}

/** A user account: its numeric ID and the names of its groups. */
export interface Account {
  readonly uid: number;
  readonly groups: readonly string[];
}

/**
 * How a host, and the machine that runs this program, are set up for changes. Everything in it was
 * read, not written.
 */
export interface SetupSeen {
  readonly space: Outcome<readonly FreeSpace[]>;
  /** Size of stpd.ini in bytes. */
  readonly fileSize: number;
  readonly undo: Outcome<UndoMeans>;
  readonly watchdogSeconds: number;
  /** Undefined if the pins name no Server. */
  readonly server: Busy | undefined;
  /** Undefined if there is no sudoers file. */
  readonly sudoers: Outcome<TrustedText | undefined>;
  /** The other files that sudo reads on this machine, by path. */
  readonly otherSudoers: Outcome<ReadonlyMap<string, string>>;
  /** Path of the script that jobs call with sudo. */
  readonly launcher: string;
  /** Absolute paths of what runs as root for a job, and of the directory of the pins. */
  readonly called: readonly string[];
  /** Why an account other than root could change what is at a path; undefined if none can. */
  readonly distrust: (path: string) => string | undefined;
  readonly findAccount: (user: string) => Promise<Outcome<Account | undefined>>;
  /** Key IDs whose tickets are accepted. */
  readonly acceptedKeys: readonly string[];
  /** ID of the key that signs reports; undefined if there is none. */
  readonly reportKey: Outcome<string | undefined>;
  readonly clock: ClockSeen;
}

/** Times in milliseconds since 1970. */
export interface ClockSeen {
  /** Clock of the machine that runs this program. */
  readonly nowMs: number;
  /** Clock of the host. */
  readonly hostMs: Outcome<number>;
  /** Modification time of stpd.ini, by the host's clock. */
  readonly changedAtMs: number | undefined;
  /** Time of the last record, by this machine's clock. */
  readonly recordedAtMs: number | undefined;
}

/** Checks the setup of the host and of the machine that runs this program, one finding each. */
export async function checkSetup(seen: SetupSeen): Promise<readonly Precondition[]> {
  return [
    checkServer(seen.server),
    checkSpace(seen),
    checkUndo(seen),
    ...(await checkSudo(seen)),
    checkClock(seen.clock),
    checkTicketKeys(seen.acceptedKeys),
    checkReportKey(seen.reportKey),
  ];
}

function checkServer(server: Busy | undefined): Precondition {
  if (server === undefined) {
    return passed("server", "no Server is pinned");
  }
  if (server.kind === "no") return passed("server", "the Server answers and lists no running job");
  if (server.kind === "yes") return refusedFor("server", refusal("busy", server.detail));
  const next = "Fix [server] in the pins, or the Server.";
  return refusedFor("server", { ...refusal("busy-unknown", server.detail), next });
}

const [kibi, mebi] = [1024, 1024 * 1024];

/**
 * A change stores up to three files, a journal and records; next to stpd.ini it writes one file.
 */
function checkSpace({ space, fileSize }: SetupSeen): Precondition {
  if (space.kind === "failed") return unread("space", space.reason);
  const [state] = space.value;
  const lacking = space.value.flatMap((place) => {
    const { path, bytes, files, isWritable } = place;
    const least = (place === state ? 4 : 2) * fileSize + mebi;
    if (!isWritable) return [{ code: "not-written", message: `${path} cannot be written` }];
    if (bytes < least) {
      const left = Math.floor(bytes / kibi);
      const message = `${path} has ${left} KiB left, and a change needs ${Math.ceil(least / kibi)}`;
      return [{ code: "disk-full", message }];
    }
    if (files === undefined || files >= 32) return [];
    return [{ code: "disk-full", message: `${path} has room for ${files} files; 32 are needed` }];
  });
  const [first] = lacking;
  if (first === undefined) {
    const left = Math.min(...space.value.map(({ bytes }) => bytes));
    return passed("space", `at least ${Math.floor(left / mebi)} MiB are left`);
  }
  const message = lacking.map((one) => one.message).join("; ");
  const next =
    first.code === "disk-full"
      ? "Free space there."
      : "Check that the directory is writable and not mounted read-only.";
  return found("space", "failed", { code: first.code, message, next });
}

function checkUndo({ undo, watchdogSeconds }: SetupSeen): Precondition {
  if (undo.kind === "failed") return refusedFor("undo", refuseFailure(undo, "no-timer"));
  const { by, atBoot } = undo.value;
  const message = `${by} rolls a change back after ${watchdogSeconds} s, unless it is verified before`;
  if (atBoot === "enabled") return passed("undo", message);
  const isOff = atBoot === "disabled";
  return found("undo", "warning", {
    code: isOff ? "boot-recovery-off" : "boot-recovery-unknown",
    message: isOff
      ? `${message}; sesam-harden-recover.service is not enabled, so nothing rolls it back after a power cut`
      : `${message}; without systemd it is unknown what rolls it back after a power cut`,
    next: isOff
      ? "Run systemctl enable sesam-harden-recover.service."
      : "Make sure that sesam-harden recover --cause boot runs at boot.",
  });
}

const installRunner = "Run host install with --runner-user again.";

/** Returns two lines: what the runner's account may run with sudo, and the account itself. */
async function checkSudo(seen: SetupSeen): Promise<readonly Precondition[]> {
  const { sudoers, launcher } = seen;
  if (sudoers.kind === "failed") {
    return [unread("sudo", sudoers.reason), unread("runner", "its name could not be read")];
  }
  if (sudoers.value === undefined) {
    return failSudo("missing", "the sudoers file is missing, so no job can change this host");
  }
  const { text, distrust } = sudoers.value;
  if (distrust !== "") return failSudo("untrusted", `others can change it: ${distrust}`);
  const reading = readSudoers(text, launcher);
  if (reading.kind === "unsafe") {
    return failSudo("unsafe", "the sudoers file is from an older release: a job can become root");
  }
  if (reading.kind === "other") {
    return failSudo("differs", "the sudoers file differs from what host install writes");
  }
  const { user } = reading;
  const allowed = "only apply and host check, with --from-job, and globals --read";
  return [passed("sudo", `${user} may run ${allowed}`), await checkRunner(user, seen)];
}

function failSudo(what: string, message: string): readonly Precondition[] {
  return [
    found("sudo", "failed", { code: `sudo-${what}`, message, next: installRunner }),
    unread("runner", "its name is unknown"),
  ];
}

/** Groups that distributions grant full sudo rights, or that are equivalent to root. */
const powerful: ReadonlySet<string> = new Set(["root", "sudo", "wheel", "admin", "docker", "disk"]);

async function checkRunner(
  user: string,
  { findAccount, distrust, called, otherSudoers }: SetupSeen,
): Promise<Precondition> {
  const account = await findAccount(user);
  if (account.kind === "failed") return unread("runner", account.reason);
  if (account.value === undefined) {
    const message = `there is no account ${user}`;
    return found("runner", "failed", { code: "runner-missing", message, next: installRunner });
  }
  const { uid, groups } = account.value;
  if (uid === 0) {
    const message = `${user} is root, so a job can do anything`;
    const next = "Run the runner as an account of its own.";
    return found("runner", "failed", { code: "runner-root", message, next });
  }
  const writable = called.flatMap((path) => distrust(path) ?? []);
  if (writable.length > 0) {
    const message = `others can change what a job runs: ${writable.join("; ")}`;
    const next = "Make root its owner, and writable only by root.";
    return found("runner", "failed", { code: "runner-writes", message, next });
  }
  if (otherSudoers.kind === "failed") return unread("runner", otherSudoers.reason);
  const places = [...otherSudoers.value].filter(([, text]) => names(text, user));
  const many = groups.filter((name) => powerful.has(name));
  if (places.length > 0) {
    const paths = places.map(([path]) => path).join(", ");
    return found("runner", "warning", {
      code: "runner-powerful",
      message: `${user} is also in ${paths}, so a job may have more rights than it needs`,
      next: `Run sudo -l -U ${user}, and remove the other rights.`,
    });
  }
  if (many.length === 0)
    return passed("runner", `${user} exists, and cannot change program or pins`);
  return found("runner", "warning", {
    code: "runner-powerful",
    message: `${user} is in the group ${many.join(", ")}, so a job may have more rights than it needs`,
    next: "Remove the account from the group.",
  });
}

/** Whether the user occurs in a sudoers file outside of comments. */
function names(text: string, user: string): boolean {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").split(/[\s,=]+/));
  return lines.some((words) => words.includes(user));
}

/** Maximum difference between two clocks, in seconds. */
const clockDifferenceSeconds = 60;

function checkClock({ nowMs, hostMs: asked, changedAtMs, recordedAtMs }: ClockSeen): Precondition {
  const isAhead = (time: number | undefined, clock: number): boolean =>
    time !== undefined && time > clock + 1000 * clockDifferenceSeconds;
  if (asked.kind === "failed") return unread("clock", asked.reason);
  const hostMs = asked.value;
  const apart = Math.round(Math.abs(hostMs - nowMs) / 1000);
  if (apart > clockDifferenceSeconds) {
    return failClock(`the host's clock shows ${formatTime(hostMs)}, ${apart} s off the clock here`);
  }
  if (isAhead(changedAtMs, hostMs)) {
    return failClock(
      `stpd.ini was changed at ${formatTime(changedAtMs ?? 0)}, and it is ${formatTime(hostMs)}`,
    );
  }
  if (isAhead(recordedAtMs, nowMs)) {
    return failClock(
      `the last record is from ${formatTime(recordedAtMs ?? 0)}, and it is ${formatTime(nowMs)}`,
    );
  }
  return passed("clock", `it is ${formatTime(hostMs)}, and no file is newer`);
}

function failClock(message: string): Precondition {
  const next =
    "Fix the clock if it is wrong. If the time of stpd.ini is wrong, touch it and restart SEP sesam.";
  return found("clock", "failed", { code: "clock-wrong", message, next });
}

function checkTicketKeys(kids: readonly string[]): Precondition {
  if (kids.length > 0) return passed("key", `accepts tickets signed with ${kids.join(", ")}`);
  const message = "no key is pinned, so no ticket is accepted";
  const next = "Add [key.KID] with the controller's public key to the pins.";
  return found("key", "failed", { code: "key-missing", message, next });
}

function checkReportKey(key: Outcome<string | undefined>): Precondition {
  if (key.kind === "failed") {
    const next = "Remove it, run host install again, and import the new output of host records.";
    return found("key", "failed", { code: "report-key", message: key.reason, next });
  }
  if (key.value !== undefined) return passed("key", `reports are signed with ${key.value}`);
  return found("key", "warning", {
    code: "report-key-missing",
    message: "the report key is missing",
    next: "Run host install again, and import the output of host records.",
  });
}

function unread(check: Precondition["check"], reason: string): Precondition {
  const next = "Fix what prevents it from being read, then run host check again.";
  return found(check, "unknown", { code: "not-read", message: reason, next });
}
