import { done, type Outcome } from "../../core/host/ports.ts";
import { runProcess, type ProcessEnd, type RunProcess } from "./local-process.ts";
import { sshArguments, printRemoteCommand } from "./ssh-arguments.ts";
import { checkTarget, type SshTarget } from "./target.ts";
import { mkdirSync, lstatSync } from "node:fs";
import { HardenError } from "../../core/base/errors.ts";

export interface RemoteCall {
  /** Constant script text; values go into `parameters`. */
  readonly script: string;
  readonly parameters: readonly string[];
  /** Standard input, one character per byte. */
  readonly input?: string;
  /** Time limit in milliseconds; by default that of a short step. */
  readonly limitMs?: number;
  /** Maximum output in bytes. */
  readonly most?: number;
}

export type RemoteEnd =
  | {
      readonly kind: "ended";
      readonly code: number;
      readonly output: string;
      readonly complaint: string;
    }
  /** The connection was lost: it is unknown whether the script ran, and a retry may help. */
  | { readonly kind: "lost"; readonly reason: string }
  /** A retry would not help. */
  | { readonly kind: "failed"; readonly reason: string };

/** A connection of the system's OpenSSH client, shared by all calls. */
export interface SshConnection {
  readonly run: (call: RemoteCall) => Promise<RemoteEnd>;
  /** Forwards a local socket to a port of the target, as if connected from there. */
  readonly forward: (tunnel: Tunnel) => Promise<Outcome>;
  readonly cancel: (tunnel: Tunnel) => Promise<void>;
}

export interface Tunnel {
  /** Path of a socket on the jump host. */
  readonly socket: string;
  /** IPv6 in brackets. */
  readonly address: string;
  readonly port: number;
}

const shortLimitMs = 60_000;
const maxOutput = 65_536;
/** Milliseconds to allow for connecting, and for detecting a dead connection. */
const slackMs = 45_000;

/**
 * Opens a connection to a target. Throws HardenError `settings` if the target or its control
 * directory cannot be used.
 */
export function openConnection(target: SshTarget, run: RunProcess = runProcess): SshConnection {
  checkTarget(target);
  openControlFolder(target.controlFolder);
  const options = sshArguments(target);
  const start = (
    words: readonly string[],
    { input, limitMs = shortLimitMs, most = maxOutput }: Omit<RemoteCall, "script" | "parameters">,
  ): Promise<ProcessEnd> =>
    run({
      program: "ssh",
      arguments: [...options, ...words],
      input,
      limitMs: limitMs + slackMs,
      most,
    });
  // The first call opens the connection that the others share.
  const turn: { first?: Promise<unknown> } = {};
  const tunnel = async (verb: "forward" | "cancel", { socket, address, port }: Tunnel) => {
    const path = `${socket}:${address}:${port}`;
    return start(["-O", verb, "-L", path, "--", target.address], { limitMs: 0 });
  };
  return {
    run: async ({ script, parameters, limitMs = shortLimitMs, ...rest }) => {
      const command = printRemoteCommand(script, parameters, limitMs / 1000);
      await turn.first;
      const running = start(["-T", "--", target.address, command], { ...rest, limitMs });
      turn.first ??= running;
      return judgeEnd(await running);
    },
    forward: async (wanted) => {
      const end = await tunnel("forward", wanted);
      return end.kind === "ended" && end.code === 0
        ? done
        : { kind: "failed", reason: explainEnd(end) };
    },
    cancel: async (wanted) => void (await tunnel("cancel", wanted)),
  };
}

/** OpenSSH messages for errors that a retry cannot fix. */
const final = /Host key verification failed|Permission denied|IDENTIFICATION HAS CHANGED/;

function judgeEnd(end: ProcessEnd): RemoteEnd {
  if (end.kind !== "ended") return { kind: "failed", reason: `ssh: ${end.reason}` };
  const { code, output, complaint } = end;
  if (code !== undefined && code !== 255) return { kind: "ended", code, output, complaint };
  const kind = final.test(complaint) ? "failed" : "lost";
  return { kind, reason: `ssh: ${explainEnd(end)}` };
}

/** Uses only the last line, because OpenSSH may print long warnings before it. */
function explainEnd(end: ProcessEnd): string {
  if (end.kind !== "ended") return end.reason;
  const text = cleanText(end.complaint.trim().split("\n").at(-1) ?? "");
  if (text.startsWith("Host key verification failed")) {
    return "Host key verification failed: the key is not the pinned one, or none is pinned for this name";
  }
  return text === "" ? "the connection was lost" : text.replace(/\.+$/, "");
}

/** Output of a program as one short line without control characters. */
export function cleanText(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]+/g, " ").replaceAll(/ {2,}/g, " ");
  return printable.trim().slice(0, 400);
}

/**
 * Creates the directory for connection sockets, or checks that only this user can access it: an
 * account that can write there could take over a connection. Throws HardenError `settings` if
 * others can.
 */
function openControlFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  const isOurs = status.isDirectory() && status.uid === process.getuid?.();
  if (isOurs && (status.mode & 0o077) === 0) return;
  throw new HardenError(
    "settings",
    `${folder} is not a directory, or others can read or write it`,
    "Remove it; it is created again, accessible only to the user who runs this.",
  );
}

type Login = Pick<SshTarget, "name" | "address" | "port" | "user" | "identityFile" | "knownHosts">;

/**
 * Words of an ssh command line, for display, that runs a command on the target and checks the
 * pinned host key. Without `-n`, ssh would read the lines that follow as its input.
 */
export function listLoginWords(target: Login, command: string): readonly string[] {
  const { name, address, port, user, identityFile, knownHosts } = target;
  const options = {
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: knownHosts,
    HostKeyAlias: name,
    IdentitiesOnly: "yes",
  };
  const words = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const login = ["-i", identityFile, "-p", String(port), "-l", user];
  return ["ssh", "-n", "-F", "none", ...words, ...login, "--", address, command];
}
