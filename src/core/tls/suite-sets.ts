import { listSuites, type SuiteRegistry } from "./suite-numbers.ts";
import type { TlsVersion } from "./versions.ts";
import type { Profile } from "../base/profile.ts";

export interface TlsRequest {
  readonly profile: Profile;
  /** Every suite of every version; else what the profile's verdict needs. */
  readonly full: boolean;
}

/** Suites that are offered apart, so that one cannot hide another. */
export interface SuiteSet {
  readonly suites: readonly number[];
  /** Also where the first set was accepted; else where the version may still hide. */
  readonly always: boolean;
  /** Suites that need a secret which clients share: a server may choose one without having it. */
  readonly isShared: boolean;
}

/**
 * For a verdict, TLS 1.2 is asked for what is allowed and, apart, for what is forbidden: a server
 * that takes both names one alone. An old version is forbidden with any suite.
 */
export function planSuiteSets(
  version: TlsVersion,
  { profile, full }: TlsRequest,
  registry: SuiteRegistry,
): readonly SuiteSet[] {
  const certificate = listSuites(version, "certificate");
  const anonymous = listSuites(version, "anonymous");
  const psk = listSuites(version, "psk");
  const password = listSuites(version, "password");
  if (version === "TLS1.3") return [set(certificate, true)];
  const rest = [set(psk, true, true), set(password, true, true)];
  if (full) return [set(certificate, true), set(anonymous, true), ...rest];
  if (version !== "TLS1.2") {
    // Any of them is one too many, so there is less to tell apart.
    const shared = [...psk, ...password];
    return [set(certificate, true), set(anonymous, false), set(shared, false, true)];
  }
  const isAllowed = profile === "strict" ? registry.isStrict : isNotWeak;
  const needed = [
    set(certificate.filter(isAllowed), true),
    set(
      certificate.filter((suite) => !isAllowed(suite)),
      true,
    ),
    set(anonymous, true),
  ];
  if (profile === "vendor") return [...needed, set(psk, false, true), set(password, false, true)];
  const weakPsk = psk.filter((suite) => !isAllowed(suite));
  return [
    ...needed,
    set(weakPsk, true, true),
    set(password, true, true),
    set(psk.filter(isAllowed), false, true),
  ];

  function isNotWeak(suite: number): boolean {
    return !registry.isWeak(suite);
  }
}

function set(suites: readonly number[], always: boolean, isShared = false): SuiteSet {
  return { suites, always, isShared };
}
