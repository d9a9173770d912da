import { quoteWord } from "../../core/base/text.ts";
import { cleanText } from "./connection.ts";
import { runProcess } from "./local-process.ts";

/** A file on a host that the user can log in to. */
export interface RemoteFile {
  /** `user@host`, as ssh takes it. */
  readonly destination: string;
  /** Absolute path on the host. */
  readonly path: string;
  /** Maximum size in bytes. */
  readonly most: number;
}

export type RemoteReading =
  /** `system` is the output of `uname -s`. */
  | { readonly kind: "bytes"; readonly bytes: string; readonly system: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Time limit per host, in milliseconds. */
const limitMs = 60_000;

/**
 * The user's own ssh settings apply: keys, agent, jump hosts. There are no prompts, and an unknown
 * host key is refused. Source: ssh_config(5).
 */
const options: readonly string[] = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "ConnectTimeout=10",
  "ConnectionAttempts=1",
  "ServerAliveInterval=5",
  "ServerAliveCountMax=3",
  "ClearAllForwardings=yes",
  "ForwardAgent=no",
  "ForwardX11=no",
  "PermitLocalCommand=no",
  "LogLevel=ERROR",
].flatMap((option) => ["-o", option]);

/**
 * Marks before and after the file show that it is complete, even if a login script prints
 * something.
 */
const script = `printf '\\n%s %s\\n' "$2" "$(uname -s)"; cat -- "$1" && printf '\\n%s end\\n' "$2"`;

/** Reads a file and the name of the operating system. Failures are results, not exceptions. */
export async function readRemoteFile({
  destination,
  path,
  most,
}: RemoteFile): Promise<RemoteReading> {
  const mark = `sesam-harden-${crypto.randomUUID()}`;
  const command = ["sh", "-c", script, "sh", path, mark].map(quoteWord).join(" ");
  const end = await runProcess({
    program: "ssh",
    arguments: [...options, "-T", "--", destination, command],
    input: undefined,
    limitMs,
    most: most + 65_536,
    inherits: true,
  });
  if (end.kind !== "ended") return { kind: "unreadable", reason: `ssh: ${end.reason}` };
  const { code, output, complaint } = end;
  const start = new RegExp(`(?:^|\\n)${mark} ([^\\n]*)\\n`).exec(output);
  const last = output.lastIndexOf(`\n${mark} end\n`);
  if (start !== null && last >= 0) {
    const bytes = output.slice(start.index + start[0].length, last);
    return bytes.length > most
      ? { kind: "unreadable", reason: `it is larger than ${most} bytes` }
      : { kind: "bytes", bytes, system: start[1] ?? "" };
  }
  const said = cleanText(complaint.trim().split("\n").at(-1) ?? "");
  return { kind: "unreadable", reason: said || `ssh exited with code ${code ?? "unknown"}` };
}
