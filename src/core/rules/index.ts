import { avxLockout } from "./avx-lockout.ts";
import { blankInterface } from "./blank-interface.ts";
import { brokenLine } from "./broken-line.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { encoding } from "./encoding.ts";
import { fleetDisagreement } from "./fleet-disagreement.ts";
import { foreignFile } from "./foreign-file.ts";
import { ftpPortOpen } from "./ftp-port-open.ts";
import { globalsAbortOverHttps } from "./globals-abort-over-https.ts";
import { globalsMigrationPrefix } from "./globals-migration-prefix.ts";
import { globalsMigrationPrefixExt } from "./globals-migration-prefix-ext.ts";
import { hostFileDrift } from "./host-file-drift.ts";
import { hostNotInRepo } from "./host-not-in-repo.ts";
import { httpPortOpen } from "./http-port-open.ts";
import { httpsPortMissing } from "./https-port-missing.ts";
import { insecureInterface } from "./insecure-interface.ts";
import { insecureInterfaceInUse } from "./insecure-interface-in-use.ts";
import { interfacePortClosed } from "./interface-port-closed.ts";
import { misnamedFile } from "./misnamed-file.ts";
import { keySpelling } from "./key-spelling.ts";
import { misplacedKey } from "./misplaced-key.ts";
import { missingFile } from "./missing-file.ts";
import { portCollision } from "./port-collision.ts";
import { portInvalid } from "./port-invalid.ts";
import { serverNameRefused } from "./server-name-refused.ts";
import { strayLine } from "./stray-line.ts";
import { suppression } from "./suppression.ts";
import { tlsAeadOnly } from "./tls-aead-only.ts";
import { tlsClientOrder } from "./tls-client-order.ts";
import { tlsForwardSecrecy } from "./tls-forward-secrecy.ts";
import { tlsIneffectiveToken } from "./tls-ineffective-token.ts";
import { tlsLegacyProtocol } from "./tls-legacy-protocol.ts";
import { tlsNoModernProtocol } from "./tls-no-modern-protocol.ts";
import { tlsPriorityInvalid } from "./tls-priority-invalid.ts";
import { tlsPriorityMissing } from "./tls-priority-missing.ts";
import { tlsWeakCipher } from "./tls-weak-cipher.ts";
import { unknownKey } from "./unknown-key.ts";
import { unreadable } from "./unreadable.ts";
import { versionTooOld } from "./version-too-old.ts";
import { versionUnreadable } from "./version-unreadable.ts";
import { wireCertificate } from "./wire-certificate.ts";
import { wirePortOpen } from "./wire-port-open.ts";
import { wireTls } from "./wire-tls.ts";
import { wireUnchecked } from "./wire-unchecked.ts";
import { wireUnknown } from "./wire-unknown.ts";
import { wireUnreachable } from "./wire-unreachable.ts";
import type { Rule } from "./rule.ts";

/** All rules, in the order in which `rules` lists them: file, facts, keys, ports, TLS, Server, fleet, host. */
export const rules: readonly Rule[] = [
  unreadable,
  encoding,
  foreignFile,
  missingFile,
  misnamedFile,
  suppression,
  avxLockout,
  versionTooOld,
  versionUnreadable,
  serverNameRefused,
  brokenLine,
  keySpelling,
  misplacedKey,
  strayLine,
  duplicateKey,
  unknownKey,
  ftpPortOpen,
  httpPortOpen,
  httpsPortMissing,
  portInvalid,
  portCollision,
  tlsPriorityMissing,
  tlsPriorityInvalid,
  tlsNoModernProtocol,
  tlsLegacyProtocol,
  tlsWeakCipher,
  tlsForwardSecrecy,
  tlsAeadOnly,
  tlsIneffectiveToken,
  tlsClientOrder,
  globalsMigrationPrefix,
  globalsMigrationPrefixExt,
  globalsAbortOverHttps,
  insecureInterfaceInUse,
  insecureInterface,
  blankInterface,
  interfacePortClosed,
  hostNotInRepo,
  fleetDisagreement,
  hostFileDrift,
  wirePortOpen,
  wireUnreachable,
  wireTls,
  wireCertificate,
  wireUnknown,
  wireUnchecked,
];
