import { joinPath } from "../../core/base/paths.ts";
import { quoteWord } from "../../core/base/text.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import type { SshTarget } from "./target.ts";

/**
 * Path of the control socket. It depends on everything that identifies a connection, so that a
 * connection to another target is never reused.
 */
export function controlPath(target: SshTarget): string {
  const { name, address, port, user, identityFile, knownHosts } = target;
  const parts = JSON.stringify([name, address, port, user, identityFile, knownHosts]);
  return joinPath(target.controlFolder, hashSha256(parts).slice(0, 16));
}

/**
 * Options of the OpenSSH client, up to the destination. User and system configuration files are
 * ignored, the host key is looked up by the host's name, and there are no prompts. Source:
 * ssh_config(5).
 */
export function sshArguments(target: SshTarget): readonly string[] {
  const options: Readonly<Record<string, string | number>> = {
    BatchMode: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: target.knownHosts,
    GlobalKnownHostsFile: "none",
    HostKeyAlias: target.name,
    CheckHostIP: "no",
    UpdateHostKeys: "no",
    VerifyHostKeyDNS: "no",
    IdentityFile: target.identityFile,
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    PreferredAuthentications: "publickey",
    CanonicalizeHostname: "no",
    ProxyCommand: "none",
    ProxyJump: "none",
    ForwardAgent: "no",
    ForwardX11: "no",
    PermitLocalCommand: "no",
    RequestTTY: "no",
    EscapeChar: "none",
    ConnectTimeout: 10,
    ConnectionAttempts: 1,
    ServerAliveInterval: 5,
    ServerAliveCountMax: 3,
    ControlMaster: "auto",
    ControlPath: controlPath(target),
    ControlPersist: 30,
    StreamLocalBindMask: "0177",
    StreamLocalBindUnlink: "yes",
    LogLevel: "ERROR",
  };
  const words = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return ["-F", "none", ...words, "-p", String(target.port), "-l", target.user];
}

/**
 * Command line for the remote shell: a constant script with values as its parameters, starting at
 * `$1`. The time limit, in seconds rounded up, is enforced on the target as well, because a script
 * there cannot be killed from here.
 */
export function printRemoteCommand(
  script: string,
  parameters: readonly string[],
  seconds: number,
): string {
  const words = ["sh", "-c", script, "sh", ...parameters];
  return `exec timeout -k 10 ${Math.ceil(seconds)} ${words.map(quoteWord).join(" ")}`;
}
