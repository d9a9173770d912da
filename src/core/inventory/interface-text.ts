import { hostOf, spellings } from "../fleet/port-usage.ts";

/** What may stand between interfaces, and around them, where one text holds more than one. */
const separators = /[\s,;|"'<>(){}\\=]+/;

/** Every word of a text that is known to name interfaces. */
export function splitInterfaces(text: string): readonly string[] {
  return text.split(separators).filter((word) => word !== "");
}

/**
 * The words of any text that look like an interface. Of `https://` only those that are nothing but
 * scheme, host and port, since texts hold other addresses too; what is insecure is never left out.
 */
export function findInterfaces(text: string): readonly string[] {
  return splitInterfaces(text).flatMap((word) => {
    const start = word.search(/(?:https?|ftp):\/\//i);
    if (start < 0) return /:1100[01](?!\d)/.test(word) ? [word] : [];
    const address = word.slice(start, word.endsWith(".") ? -1 : undefined);
    return /^https:/i.test(address) && !/^https:\/\/[^/?#]+\/?$/i.test(address) ? [] : [address];
  });
}

/**
 * Tells of an interface whether one of the used ones may mean it: what one of the two leaves out, a
 * scheme, a port, a domain or the host, is no difference. Too many are better than one too few.
 */
export function createUseTest(used: readonly string[]): (offered: string) => boolean {
  const byHost = new Map<string, Parts[]>();
  for (const parts of used.map(partsOf)) {
    for (const host of new Set(parts.hosts)) {
      const others = byHost.get(host);
      if (others === undefined) byHost.set(host, [parts]);
      else others.push(parts);
    }
  }
  return (offered) => {
    const parts = partsOf(offered);
    const candidates = [...parts.hosts, ""].flatMap((host) => byHost.get(host) ?? []);
    return candidates.some(
      ({ scheme, port }) => isSame(scheme, parts.scheme) && isSame(port, parts.port),
    );
  };
}

function isSame(left: string, right: string): boolean {
  return left === "" || right === "" || left === right;
}

interface Parts {
  readonly scheme: string;
  /** How its host may be written; empty where it names none. */
  readonly hosts: readonly string[];
  readonly port: string;
}

function partsOf(text: string): Parts {
  const lower = text.toLowerCase();
  const scheme = /^([a-z]+):\/\//.exec(lower)?.[1] ?? "";
  const port = /^(?:[a-z]+:\/\/)?(?:\[[^\]]*\]|[^:/]*):(\d+)/.exec(lower)?.[1] ?? "";
  return { scheme, port, hosts: spellings(hostOf(lower)) };
}
