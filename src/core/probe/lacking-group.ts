import { listLackedGroups, offerGroups, type RuntimeTls } from "../tls/runtime-groups.ts";
import { modernVersions, type TlsVersion } from "../tls/versions.ts";
import type { ClientHelloProbe, Reply } from "./hello-client.ts";

/** A limit may close one hello by chance, and hardly three. */
const tries = 3;

/**
 * Names of the groups that a server asks for, where it takes none of those that the runtime has.
 * Empty where the runtime's groups are not why its handshake failed, or nothing is known.
 */
export async function findLackingGroups(
  accepted: readonly TlsVersion[],
  runtime: RuntimeTls,
  helloProbe: ClientHelloProbe,
): Promise<readonly string[]> {
  const versions = modernVersions.filter((version) => accepted.includes(version));
  for (const version of versions) {
    if (!(await isRefused(() => helloProbe.ask(offerGroups(version, runtime.groups))))) return [];
  }
  const found: string[] = [];
  for (const { group, name } of listLackedGroups(runtime)) {
    for (const version of versions) {
      const { kind } = await helloProbe.ask(offerGroups(version, [group]));
      if (kind === "accepted" && !found.includes(name)) found.push(name);
    }
  }
  return found;
}

async function isRefused(ask: () => Promise<Reply>): Promise<boolean> {
  for (let turn = 0; turn < tries; turn++) {
    const { kind } = await ask();
    if (kind === "refused") return true;
    if (kind !== "closed") return false;
  }
  return true;
}
