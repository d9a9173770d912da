import { listLackedGroups, offerGroups, type RuntimeTls } from "../tls/runtime-groups.ts";
import { modernVersions, type TlsVersion } from "../tls/versions.ts";
import type { ClientHelloProbe, Reply } from "./hello-client.ts";

/** Tries per group: a limit may close one ClientHello by chance, but hardly three. */
const tries = 3;

/**
 * Names of the groups that a server accepts, if it accepts none of the runtime's groups. Empty if
 * groups are not the reason of the failed handshake, or the reason is unknown.
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
