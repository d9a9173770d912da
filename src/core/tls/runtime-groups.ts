import type { Offer } from "./client-hello.ts";
import type { modernVersions } from "./versions.ts";

/** The TLS of the runtime that makes whole handshakes, which lacks groups that servers may have. */
export interface RuntimeTls {
  /** For people. */
  readonly name: string;
  /** Numbers of the groups that it offers. */
  readonly groups: readonly number[];
}

/** Source: ClientHellos of Deno 2.9.5 (rustls) and Node 24.21.0 (OpenSSL 3.5). */
export const nodeTls: RuntimeTls = {
  name: "Node",
  groups: [0x11ec, 0x1d, 0x17, 0x1e, 0x18, 0x19, 0x100, 0x101],
};
export const denoTls: RuntimeTls = { name: "Deno", groups: [0x11ec, 0x1d, 0x17, 0x18] };

const finiteFields = [0x100, 0x101, 0x102, 0x103, 0x104];

/** GnuTLS's names of groups that a server may have and a runtime may lack. */
const names: ReadonlyMap<number, string> = new Map([
  [0x19, "SECP521R1"],
  [0x1e, "X448"],
  ...finiteFields.map(
    (group, index) => [group, `FFDHE${[2048, 3072, 4096, 6144, 8192][index]}`] as const,
  ),
]);

export interface NamedGroup {
  readonly group: number;
  readonly name: string;
}

export function listLackedGroups({ groups }: RuntimeTls): readonly NamedGroup[] {
  return [...names].flatMap(([group, name]) => (groups.includes(group) ? [] : [{ group, name }]));
}

const aead13 = [0x1301, 0x1302, 0x1303];
const ecdhe = [0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9];
const dhe = [0x9e, 0x9f, 0xccaa];

/** A hello whose suites need one of the groups, so that it is refused where the server has none. */
export function offerGroups(
  version: (typeof modernVersions)[number],
  groups: readonly number[],
): Offer {
  const hasCurve = groups.some((group) => !finiteFields.includes(group));
  const hasField = groups.some((group) => finiteFields.includes(group));
  const suites =
    version === "TLS1.3" ? aead13 : [...(hasCurve ? ecdhe : []), ...(hasField ? dhe : [])];
  return { version, suites, form: "usual", groups };
}
