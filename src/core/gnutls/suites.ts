import { suiteTable } from "./suite-table.ts";

export interface Suite {
  /** Number in the IANA TLS registry, four hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Absent in TLS 1.3, whose suites name no key exchange. */
  readonly keyExchange: string | undefined;
  readonly cipher: string;
  readonly mac: string;
  /** 1.0, 1.2 or 1.3. */
  readonly minTls: number;
  /** 0.9 or 1.2; absent if DTLS cannot use the suite. */
  readonly minDtls: number | undefined;
}

/** The suites of a key exchange (undefined: TLS 1.3) in the order of the table. */
function parseSuites(keyExchange: string | undefined): readonly Suite[] {
  const lines = suiteTable[keyExchange ?? "-"]?.trim().split("\n") ?? [];
  return lines.map((line) => {
    const [id = "", name = "", cipher = "", mac = "", tls, dtls] = line.split(" ");
    return {
      id,
      name,
      keyExchange,
      cipher,
      mac,
      minTls: Number(tls),
      minDtls: dtls === "-" ? undefined : Number(dtls),
    };
  });
}

type SuitesOfCipher = ReadonlyMap<string, readonly Suite[]>;

/** The suites of a key exchange (undefined: TLS 1.3) by their cipher. */
export type SuiteIndex = (keyExchange: string | undefined) => SuitesOfCipher;

/** Parses each part of the table once, on first use. */
export function createSuiteIndex(): SuiteIndex {
  const known = new Map<string | undefined, SuitesOfCipher>();
  return (keyExchange) => {
    const before = known.get(keyExchange);
    if (before !== undefined) return before;
    const suites = new Map<string, Suite[]>();
    for (const suite of parseSuites(keyExchange)) {
      const ofCipher = suites.get(suite.cipher);
      if (ofCipher === undefined) suites.set(suite.cipher, [suite]);
      else ofCipher.push(suite);
    }
    known.set(keyExchange, suites);
    return suites;
  };
}
