import type { SshTarget } from "./target.ts";

type Login = Pick<SshTarget, "name" | "address" | "port" | "user" | "identityFile" | "knownHosts">;

/**
 * What a person types to run a command on the target, with the key that the pins expect. Without
 * `-n` ssh would take the lines that follow for input.
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
