import type { Profile } from "../policy/policy.ts";
import { listSuites, type SuiteBook } from "./suite-numbers.ts";
import type { TlsVersion } from "./versions.ts";

export interface TlsRequest {
  readonly profile: Profile;
  /** Every suite of every version; else what the profile's verdict needs. */
  readonly full: boolean;
}

/** The suites of a version in sets that are offered apart, so that one cannot hide another. */
export interface SuiteSets {
  readonly main: readonly number[];
  /** `always`: also where the main set was accepted; else where the version may still hide. */
  readonly others: readonly { readonly suites: readonly number[]; readonly always: boolean }[];
}

/**
 * For a verdict, TLS 1.2 is asked for what is allowed and, apart, for what is forbidden: a server
 * that takes both names one alone. An old version is forbidden with any suite.
 */
export function planSuiteSets(
  version: TlsVersion,
  { profile, full }: TlsRequest,
  book: SuiteBook,
): SuiteSets {
  const certificate = listSuites(version, "certificate");
  const anonymous = listSuites(version, "anonymous");
  const psk = listSuites(version, "psk");
  const password = listSuites(version, "password");
  if (version === "TLS1.3") return { main: certificate, others: [] };
  if (full || version !== "TLS1.2") {
    return { main: certificate, others: sets(full, anonymous, psk, password) };
  }
  const isAllowed = profile === "strict" ? book.isStrict : isNotWeak;
  const forbidden = certificate.filter((suite) => !isAllowed(suite));
  const main = certificate.filter(isAllowed);
  const needed = sets(true, forbidden, anonymous);
  if (profile === "vendor") return { main, others: [...needed, ...sets(false, psk, password)] };
  const strictPsk = sets(false, psk.filter(isAllowed));
  const others = sets(
    true,
    psk.filter((suite) => !isAllowed(suite)),
    password,
  );
  return { main, others: [...needed, ...others, ...strictPsk] };

  function isNotWeak(suite: number): boolean {
    return !book.isWeak(suite);
  }
}

function sets(always: boolean, ...lists: readonly (readonly number[])[]): SuiteSets["others"] {
  return lists.map((suites) => ({ suites, always }));
}
