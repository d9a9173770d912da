import { numberOfVersion, type TlsVersion } from "./versions.ts";

/**
 * usual: every group, and the name. Other clients send other hellos, and a server may accept one
 * and refuse the other: groupless: no supported groups at all, to which GnuTLS grants ECDHE even
 * without an EC group; curves: elliptic curves only, to which a server grants DHE with parameters
 * of its own, and a session id, as clients send that resume; nameless: no server name.
 * Source: measured with GnuTLS 3.7.9.
 */
const helloForms = ["usual", "groupless", "curves", "nameless"] as const;
export type HelloForm = (typeof helloForms)[number];

export interface Offer {
  /** The one version that is offered. */
  readonly version: TlsVersion;
  /** Numbers of cipher suites, in the order of preference. */
  readonly suites: readonly number[];
  readonly form: HelloForm;
  /** Numbers of the groups; undefined: those of the form. */
  readonly groups?: readonly number[];
}

/** What all hellos to one address have in common. */
export interface HelloContext {
  readonly serverName: string | undefined;
  /** Some devices drop hellos without a session id. */
  readonly session: boolean;
}

/** The other forms that a version has: SSL 3.0 has no extensions, TLS 1.3 always groups. */
export function otherForms(version: TlsVersion, hasName: boolean): readonly HelloForm[] {
  if (version === "SSL3.0") return [];
  return [
    ...(version === "TLS1.3" ? [] : ["groupless" as const]),
    "curves",
    ...(hasName ? ["nameless" as const] : []),
  ];
}

/**
 * Every group of the registry that a server may have, the usual ones first: brainpool, GOST, FFDHE
 * and those with ML-KEM are among them, so that no suite fails for want of a group.
 */
const groups = [
  0x1d, 0x17, 0x18, 0x19, 0x1e, 0x11ec, 0x11eb, 0x11ed, 0x100, 0x101, 0x102, 0x103, 0x104, 0x15,
  0x13, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x21, 0x16, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29,
];

/** Those of elliptic curves that clients offered before TLS 1.3. */
const curves = [0x17, 0x18, 0x19, 0x1d, 0x1e, 0x15, 0x13, 0x16, 0x1a, 0x1b, 0x1c];

/** Every signature algorithm, old ones at the end. */
const signatures = [
  0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0401,
  0x0501, 0x0601, 0x081a, 0x081b, 0x081c, 0x0904, 0x0905, 0x0906, 0x0402, 0x0502, 0x0602, 0x0303,
  0x0301, 0x0302, 0x0840, 0x0841, 0x0842, 0xeeee, 0xefef, 0x0203, 0x0201, 0x0202, 0x0101,
];

const extensionTypes = {
  serverName: 0,
  groups: 10,
  pointFormats: 11,
  signatures: 13,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  versions: 43,
  keyShare: 51,
  renegotiation: 0xff01,
};

/**
 * One record with a ClientHello. `random` is 32 bytes, which need not be secret: no handshake is
 * ever completed. TLS 1.3 sends no key share, so the server's HelloRetryRequest names version and
 * suite, and no key is made. SSL 3.0 knows no extensions. Source: RFC 6101, 5246, 7366, 8446.
 */
export function printClientHello(
  { version, suites, form, groups: chosen }: Offer,
  random: Uint8Array,
  { serverName, session }: HelloContext,
): Uint8Array {
  const name = form === "nameless" ? undefined : serverName;
  const legacy = Math.min(numberOfVersion(version), 0x0303);
  const body = [
    ...u16(legacy),
    ...random,
    ...vector(1, session || form === "curves" ? [...random].toReversed() : []),
    ...vector(2, suites.flatMap(u16)),
    ...vector(1, [0]),
    ...(version === "SSL3.0"
      ? []
      : vector(2, printExtensions({ version, form, groups: chosen ?? groupsOf(form) }, name))),
  ];
  // Old servers mind the record's version; TLS 1.0 is what all of them take.
  const record = version === "SSL3.0" ? 0x0300 : 0x0301;
  return Uint8Array.from([22, ...u16(record), ...vector(2, [1, ...vector(3, body)])]);
}

function groupsOf(form: HelloForm): readonly number[] {
  return form === "curves" ? curves : groups;
}

function printExtensions(
  { version, form, groups: offered }: Required<Omit<Offer, "suites">>,
  serverName: string | undefined,
): readonly number[] {
  const all = [
    ...(serverName === undefined ? [] : printServerName(serverName)),
    ...(form === "groupless" ? [] : extension("groups", vector(2, offered.flatMap(u16)))),
    ...extension("signatures", vector(2, signatures.flatMap(u16))),
  ];
  if (version === "TLS1.3") {
    all.push(...extension("versions", vector(1, u16(0x0304))));
    all.push(...extension("keyShare", vector(2, [])));
    return all;
  }
  if (form !== "groupless") all.push(...extension("pointFormats", vector(1, [0])));
  // Some servers ask for these three.
  all.push(...extension("encryptThenMac", []));
  all.push(...extension("extendedMasterSecret", []));
  all.push(...extension("renegotiation", vector(1, [])));
  return all;
}

function printServerName(name: string): readonly number[] {
  const bytes = Array.from(name, (char) => char.charCodeAt(0) & 0xff);
  return extension("serverName", vector(2, [0, ...vector(2, bytes)]));
}

function extension(
  name: keyof typeof extensionTypes,
  content: readonly number[],
): readonly number[] {
  return [...u16(extensionTypes[name]), ...vector(2, content)];
}

function u16(number: number): readonly number[] {
  return [number >> 8, number & 0xff];
}

/** Content behind its length, which takes one, two or three bytes. */
function vector(lengthBytes: 1 | 2 | 3, content: readonly number[]): readonly number[] {
  const { length } = content;
  return [
    ...[length >> 16, (length >> 8) & 0xff, length & 0xff].slice(3 - lengthBytes),
    ...content,
  ];
}
