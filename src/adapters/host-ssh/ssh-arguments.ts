import { joinPath } from "../../core/base/paths.ts";
import { quoteWord } from "../../core/base/text.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import type { SshTarget } from "./target.ts";

/** Everything that tells one connection from another, so that no other one is ever used again. */
export function controlPath(target: SshTarget): string {
  const { name, address, port, user, identityFile, knownHosts } = target;
  const parts = JSON.stringify([name, address, port, user, identityFile, knownHosts]);
  return joinPath(target.controlFolder, hashSha256(parts).slice(0, 16));
}

/**
 * Options of OpenSSH's client up to the destination. No settings file of user or machine counts;
 * the key of the host is known by the host's name, and nobody is ever asked. Source: ssh_config(5).
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
 * What a remote shell is to run: a constant script with values as its parameters, `$1` first. The
 * time limit, in whole seconds, holds on the target as well, where nobody can end it otherwise.
 */
export function printRemoteCommand(
  script: string,
  parameters: readonly string[],
  seconds: number,
): string {
  const words = ["sh", "-c", script, "sh", ...parameters];
  return `exec timeout -k 10 ${Math.ceil(seconds)} ${words.map(quoteWord).join(" ")}`;
}
