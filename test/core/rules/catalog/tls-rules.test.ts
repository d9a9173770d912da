import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { tlsAeadOnly } from "../../../../src/core/rules/catalog/tls-aead-only.ts";
import { tlsForwardSecrecy } from "../../../../src/core/rules/catalog/tls-forward-secrecy.ts";
import { tlsClientOrder } from "../../../../src/core/rules/catalog/tls-client-order.ts";
import { tlsIneffectiveToken } from "../../../../src/core/rules/catalog/tls-ineffective-token.ts";
import { tlsLegacyProtocol } from "../../../../src/core/rules/catalog/tls-legacy-protocol.ts";
import { tlsNoModernProtocol } from "../../../../src/core/rules/catalog/tls-no-modern-protocol.ts";
import { tlsPriorityInvalid } from "../../../../src/core/rules/catalog/tls-priority-invalid.ts";
import { tlsPriorityMissing } from "../../../../src/core/rules/catalog/tls-priority-missing.ts";
import { tlsWeakCipher } from "../../../../src/core/rules/catalog/tls-weak-cipher.ts";
import { priorityIni, stpdIni, testRule } from "../../../support/builders/rules.ts";

const all = "GnuTLS 3.6, 3.7, 3.8";
const fixed = priorityIni(vendorPriority);

testRule(tlsPriorityMissing, [
  { name: "is silent about the vendor's line", before: fixed, findings: [] },
  { name: "leaves an empty value to tls-priority-invalid", before: priorityIni(""), findings: [] },
  {
    name: "adds the vendor's line",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=11443",
    findings: [
      "1: [STPD_Server]: STPD_HTTPS_PRIORITY_STRING is not set, so STPD accepts TLS 1.1 and older",
    ],
    after: `[STPD_Server]\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\nSTPD_HTTPS_PORT=11443`,
  },
]);

testRule(tlsPriorityInvalid, [
  { name: "is silent about the vendor's string", before: fixed, findings: [] },
  { name: "is silent without quotes", before: fixed.replaceAll('"', ""), findings: [] },
  {
    name: "marks the element",
    before: priorityIni("NORMAL:-VERS-TLS-1.0:-RSA"),
    findings: [
      `3: -VERS-TLS-1.0: the priority string is invalid in ${all} (unknown element '-VERS-TLS-1.0'), so HTTPS may not start`,
    ],
    after: fixed,
  },
  {
    name: "names the releases that fail, and no others",
    before: priorityIni("NORMAL:  -SRP"),
    findings: [
      "3: -SRP: the priority string is invalid in GnuTLS 3.8 (unknown element '-SRP'), so HTTPS may not start",
    ],
    after: fixed,
  },
  {
    name: "is silent if no allowed release fails",
    before: priorityIni("NORMAL:-SRP"),
    policy: { dialects: ["3.6.13", "3.7.9"] },
    findings: [],
  },
  {
    name: "names single builds of a line",
    before: priorityIni("NORMAL:%NO_TICKETS_TLS12"),
    findings: [
      "3: %NO_TICKETS_TLS12: the priority string is invalid in GnuTLS 3.6, 3.7.1, 3.7.3 (unknown element '%NO_TICKETS_TLS12'), so HTTPS may not start",
    ],
    after: fixed,
  },
  {
    name: "finds an empty element and an empty string",
    before: priorityIni("NORMAL:"),
    findings: [
      `3: NORMAL:: the priority string is invalid in ${all} (empty element), so HTTPS may not start`,
    ],
    after: fixed,
  },
  {
    name: "finds that nothing is left",
    before: priorityIni("NORMAL:-VERS-ALL"),
    findings: [
      `3: NORMAL:-VERS-ALL: the priority string is invalid in ${all} (no algorithms are left to negotiate), so HTTPS may not start`,
    ],
    after: fixed,
  },
  {
    name: "cannot evaluate a keyword of the host",
    before: priorityIni("@SYSTEM"),
    findings: [
      `3: @SYSTEM: the priority string is invalid in ${all} (@SYSTEM is defined in a file on the host), so HTTPS may not start`,
    ],
    help: "Use SEP's string, or another one without @: in blocklist mode, the host's GnuTLS configuration can only remove algorithms from it.",
    after: fixed,
  },
  {
    name: "finds quotes of the wrong kind",
    before: stpdIni("STPD_HTTPS_PRIORITY_STRING='NORMAL'"),
    findings: [
      "3: 'NORMAL': the value has single quotes instead of double quotes, so HTTPS may not start",
    ],
    // The ini package removes single quotes, so the line is left to people.
  },
]);

testRule(tlsLegacyProtocol, [
  { name: "is silent about the vendor's string", before: fixed, findings: [] },
  {
    name: "is silent about SUITEB128, which only has TLS 1.2",
    before: priorityIni("SUITEB128"),
    findings: [],
  },
  {
    name: "finds TLS 1.0 and 1.1, and keeps the user's elements",
    before: priorityIni("PFS:-VERS-SSL3.0:%SERVER_PRECEDENCE"),
    findings: [
      `3: PFS:-VERS-SSL3.0:%SERVER_PRECEDENCE: the priority string allows TLS1.0, TLS1.1 (${all})`,
    ],
    after: priorityIni("PFS:-VERS-SSL3.0:%SERVER_PRECEDENCE:-VERS-TLS1.0:-VERS-TLS1.1"),
  },
  {
    name: "finds a restriction after the element limit of old builds",
    before: priorityIni(`NORMAL${":-RSA".repeat(63)}:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE`),
    findings: [
      `3: NORMAL${":-RSA".repeat(63)}:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE: the priority string allows TLS1.0, TLS1.1 (GnuTLS 3.6, 3.7.1, 3.7.3)`,
    ],
    after: fixed,
  },
  {
    name: "does not count versions without a suite",
    before: priorityIni("NORMAL:-VERS-TLS1.0:-SHA1"),
    findings: [],
  },
]);

testRule(tlsNoModernProtocol, [
  { name: "is silent about the vendor's string", before: fixed, findings: [] },
  {
    name: "leaves an error to tls-priority-invalid",
    before: priorityIni("NORMAL:-VERS-ALL"),
    findings: [],
  },
  {
    name: "finds that TLS 1.2 and 1.3 are off",
    before: priorityIni("NORMAL:-VERS-TLS1.3:-VERS-TLS1.2"),
    findings: [
      `3: NORMAL:-VERS-TLS1.3:-VERS-TLS1.2: the priority string leaves no usable TLS 1.2 or 1.3 cipher suite (${all})`,
    ],
    after: fixed,
  },
  {
    name: "finds that only DTLS is left",
    before: priorityIni("NORMAL:-VERS-TLS-ALL"),
    findings: [
      `3: NORMAL:-VERS-TLS-ALL: the priority string leaves no usable TLS 1.2 or 1.3 cipher suite (${all})`,
    ],
    after: fixed,
  },
  {
    name: "finds that no group is left for any key exchange",
    before: priorityIni("PFS:-GROUP-ALL"),
    findings: [
      `3: PFS:-GROUP-ALL: the priority string locks common clients out: TLS 1.2 has no group for any of them (${all})`,
    ],
    after: fixed,
  },
  {
    name: "does not count pre-shared keys as a way in",
    before: priorityIni("NORMAL:-VERS-TLS1.3:-KX-ALL:+PSK"),
    findings: [
      `3: NORMAL:-VERS-TLS1.3:-KX-ALL:+PSK: the priority string locks common clients out: TLS 1.2 has no cipher suite for any of them (${all})`,
    ],
    help: "Use SEP's string, or remove the elements that disable versions, suites, groups or signatures.",
    after: fixed,
  },
  {
    name: "finds TLS 1.3 without a suite, for which TLS 1.2 does not compensate",
    before: priorityIni("NORMAL:-AEAD"),
    findings: [
      `3: NORMAL:-AEAD: the priority string locks common clients out: TLS 1.3 has no cipher suite for any of them, and GnuTLS does not fall back to TLS 1.2 (${all})`,
    ],
    help: "Use SEP's string, or add :-VERS-TLS1.3 by hand to keep this one with TLS 1.2 only.",
    after: fixed,
  },
  {
    name: "suggests nothing that some release would refuse",
    before: priorityIni("NORMAL:-AEAD:%NO_TICKETS_TLS12"),
    findings: [
      "3: NORMAL:-AEAD:%NO_TICKETS_TLS12: the priority string locks common clients out: TLS 1.3 has no cipher suite for any of them, and GnuTLS does not fall back to TLS 1.2 (GnuTLS 3.7.9, 3.8)",
    ],
    help: "Use SEP's string, or remove the elements that disable versions, suites, groups or signatures.",
    after: fixed,
  },
  {
    name: "finds only TLS 1.3, without a suite",
    before: priorityIni("NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM-8"),
    findings: [
      `3: NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM-8: the priority string locks common clients out: TLS 1.3 has no cipher suite for any of them (${all})`,
    ],
    help: "Use SEP's string, or remove the elements that disable versions, suites, groups or signatures.",
    after: fixed,
  },
  {
    name: "finds a string for EC keys, for which host.ini can name the key",
    before: priorityIni("SUITEB128"),
    findings: [
      `3: SUITEB128: the priority string locks common clients out: TLS 1.2 has no cipher suite for any of them with an RSA key (${all})`,
    ],
    help: "If the host's certificate has an EC key, set certificate_key = ec in host.ini; otherwise use SEP's string.",
    after: fixed,
  },
  {
    name: "is silent about a string for EC keys if host.ini confirms the key",
    before: priorityIni("SUITEB128"),
    policy: { keys: ["ec"] },
    findings: [],
  },
  {
    name: "finds a string for EC keys if host.ini names another key",
    before: priorityIni("SUITEB128"),
    policy: { keys: ["rsa"] },
    findings: [
      `3: SUITEB128: the priority string locks common clients out: TLS 1.2 has no cipher suite for any of them (${all})`,
    ],
    help: "Use SEP's string, or remove the elements that disable versions, suites, groups or signatures.",
    after: fixed,
  },
  {
    name: "finds a string for RSA keys, with TLS 1.3",
    before: priorityIni("SECURE256"),
    findings: [
      `3: SECURE256: the priority string locks common clients out: TLS 1.3 has no signature algorithm for any of them with an EC key, and GnuTLS does not fall back to TLS 1.2 (${all})`,
    ],
    help: "If the host's certificate has an RSA key, set certificate_key = rsa in host.ini; otherwise use SEP's string.",
    after: fixed,
  },
  {
    name: "names the clients that differ by key",
    before: priorityIni("NORMAL:-VERS-TLS1.3:-KX-ALL:+RSA"),
    findings: [
      `3: NORMAL:-VERS-TLS1.3:-KX-ALL:+RSA: the priority string locks common clients out: TLS 1.2 has no cipher suite for Go 1.25, Java 25 with an RSA key and any of them with an EC key (${all})`,
    ],
    after: fixed,
  },
]);

testRule(tlsWeakCipher, [
  { name: "is silent about the vendor's string", before: fixed, findings: [] },
  {
    name: "is silent about names for which no build has suites",
    before: priorityIni("NORMAL:+DES-CBC:+RC2-40"),
    findings: [],
  },
  {
    name: "finds every kind",
    before: priorityIni(
      "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+MD5:+ANON-ECDH:%SERVER_PRECEDENCE",
    ),
    findings: [
      `3: NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+MD5:+ANON-ECDH:%SERVER_PRECEDENCE: the priority string allows 3DES, RC4, anonymous ECDH, MD5 (${all})`,
    ],
    after: priorityIni(
      "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+MD5:+ANON-ECDH:%SERVER_PRECEDENCE:-3DES-CBC:-ARCFOUR-128:-ANON-ECDH",
    ),
  },
  {
    name: "finds NULL, and removes what it would otherwise re-enable",
    before: priorityIni("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+NULL:%SERVER_PRECEDENCE"),
    findings: [
      `3: NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+NULL:%SERVER_PRECEDENCE: the priority string allows NULL (${all})`,
    ],
    after: priorityIni("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:+NULL:%SERVER_PRECEDENCE:-NULL"),
  },
]);

testRule(tlsIneffectiveToken, [
  {
    name: "is silent about the vendor's string, three elements of which have no effect",
    before: fixed,
    findings: [],
  },
  {
    name: "is silent about a group that was never enabled",
    before: priorityIni("NORMAL:-CAMELLIA-128-CBC"),
    findings: [],
  },
  {
    name: "marks elements that have no effect because of their prefix",
    before: priorityIni("NORMAL:-CIPHER-3DES:-MAC-MD5"),
    findings: [
      "3: -CIPHER-3DES: -CIPHER-3DES is accepted but has no effect: GnuTLS knows nothing of that name",
      "3: -MAC-MD5: -MAC-MD5 is accepted but has no effect: GnuTLS knows nothing of that name",
    ],
    after: priorityIni("NORMAL"),
  },
  {
    name: "marks the first element past the limit",
    before: priorityIni(`NORMAL${":-RSA".repeat(127)}:-PSK`),
    policy: { dialects: ["3.8.13"] },
    findings: [
      "3: -PSK: -PSK is beyond the last element that GnuTLS reads; it and all elements after it are ignored",
    ],
  },
]);

testRule(tlsClientOrder, [
  { name: "is silent about the vendor's string", before: fixed, findings: [] },
  {
    name: "ignores an invalid string",
    before: priorityIni("NORMAL:%server_precedence"),
    findings: [],
  },
  {
    name: "is silent if some releases refuse the string, and if it is set",
    before: priorityIni("NORMAL:-SRP"),
    findings: [],
  },
  {
    name: "adds the option",
    before: priorityIni("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
    findings: [
      "3: NORMAL:-VERS-TLS1.0:-VERS-TLS1.1: the client's cipher suite order decides, not the server's",
    ],
    after: priorityIni("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"),
  },
]);

testRule(tlsForwardSecrecy, [
  {
    name: "is silent about PFS",
    before: priorityIni("PFS"),
    policy: { profile: "strict" },
    findings: [],
  },
  {
    name: "finds RSA in the vendor's string, and adds what it lacks",
    before: fixed,
    policy: { profile: "strict" },
    findings: [
      `3: ${vendorPriority}: the priority string allows key exchange without forward secrecy: RSA (${all})`,
    ],
    after: priorityIni(`${vendorPriority}:-RSA`),
  },
]);

testRule(tlsAeadOnly, [
  {
    name: "is silent without HMAC",
    before: priorityIni("SECURE256"),
    policy: { profile: "strict" },
    findings: [],
  },
  {
    name: "finds CBC in the vendor's string",
    before: fixed,
    policy: { profile: "strict" },
    findings: [
      `3: ${vendorPriority}: the priority string allows non-AEAD suites with SHA1 (${all})`,
    ],
    after: priorityIni(`${vendorPriority}:-SHA1`),
  },
  {
    name: "removes the two ciphers rather than the three MACs",
    before: priorityIni("NORMAL:+SHA256:+SHA384:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"),
    policy: { profile: "strict" },
    findings: [
      `3: NORMAL:+SHA256:+SHA384:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE: the priority string allows non-AEAD suites with SHA1, SHA256, SHA384 (${all})`,
    ],
    after: priorityIni(
      "NORMAL:+SHA256:+SHA384:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE:-AES-256-CBC:-AES-128-CBC",
    ),
  },
]);
