import { keyKinds, type KeyKind } from "../gnutls/admission.ts";
import type { Dialect } from "../gnutls/dialects.ts";
import { familiesField, gnutlsField, withDefault, wordField } from "./fields.ts";
import { profiles, type Profile } from "../base/profile.ts";
import type { Severity } from "../base/severity.ts";
import type { Family } from "../base/family.ts";

export const failLimits = ["error", "warning", "notice", "never"] as const;
/** Minimum severity that fails a check. */
export type FailOn = (typeof failLimits)[number];

export const ruleLevels = ["off", "notice", "warning", "error"] as const;
export type RuleLevel = "off" | Severity;

/** The requirements for a host. */
export interface Policy {
  readonly profile: Profile;
  readonly failOn: FailOn;
  /** GnuTLS builds that the host may run. */
  readonly dialects: readonly Dialect[];
  /** Keys that the host's certificate may have. */
  readonly keys: readonly KeyKind[];
  /** State of a plain port whose key is neither set nor commented out. */
  readonly absentPort: "closed" | "open";
  /** State of a plain port that does not respond to the probe at all. */
  readonly filteredPort: "unknown" | "closed";
  /** Address families that cannot be reached from the machine that probes. */
  readonly unreachable: readonly Family[];
}

export const policyFields = {
  profile: withDefault(wordField(...profiles), "vendor"),
  fail_on: withDefault(wordField(...failLimits), "error"),
  gnutls: withDefault(gnutlsField, "3.6 3.7 3.8"),
  absent_port: withDefault(wordField("closed", "open"), "closed"),
  filtered_port: withDefault(wordField("unknown", "closed"), "unknown"),
  unreachable_families: withDefault(familiesField, "none"),
};

export const defaultPolicy: Policy = {
  profile: policyFields.profile.value,
  failOn: policyFields.fail_on.value,
  dialects: policyFields.gnutls.value,
  keys: keyKinds,
  absentPort: policyFields.absent_port.value,
  filteredPort: policyFields.filtered_port.value,
  unreachable: policyFields.unreachable_families.value,
};
