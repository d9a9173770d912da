import type { Element } from "./elements.ts";

/** Something that GnuTLS accepts silently, but that may not be intended. */
export interface PriorityWarning {
  readonly kind: "ignored" | "past-limit" | "system-keyword" | "option";
  /** Bytes from the start of the string. */
  readonly offset: number;
  readonly token: string;
  readonly message: string;
}

/** Options that weaken the rest of the string. */
const weakening: Readonly<Record<string, string>> = {
  UNSAFE_RENEGOTIATION: "allows renegotiation without RFC 5746",
  DISABLE_SAFE_RENEGOTIATION: "disables RFC 5746 (safe renegotiation)",
  NO_EXTENSIONS: "disables all extensions, and therefore TLS 1.3",
  COMPAT: "disables security measures for old peers",
  VERIFY_ALLOW_BROKEN: "accepts certificates signed with broken algorithms",
  VERIFY_ALLOW_SIGN_RSA_MD5: "accepts certificates signed with MD5",
  VERIFY_ALLOW_SIGN_WITH_SHA1: "accepts certificates signed with SHA-1",
  VERIFY_DISABLE_CRL_CHECKS: "disables revocation checks",
  PROFILE_VERY_WEAK: "accepts certificates with very weak keys",
  PROFILE_LOW: "accepts certificates with weak keys",
};

export function warnOf(kind: PriorityWarning["kind"], element: Element): PriorityWarning {
  const { text, trueOffset } = element;
  return { kind, offset: trueOffset, token: text, message: messages[kind](text) };
}

const messages: Readonly<Record<PriorityWarning["kind"], (token: string) => string>> = {
  ignored: () => "is accepted but has no effect: GnuTLS knows nothing of that name",
  "past-limit": () =>
    "is beyond the last element that GnuTLS reads; it and all elements after it are ignored",
  "system-keyword": () => "depends on the GnuTLS configuration of the host, which is unknown",
  option: (token) => weakening[token.slice(1)] ?? "",
};
