import { avxLockout } from "./catalog/avx-lockout.ts";
import { blankInterface } from "./catalog/blank-interface.ts";
import { brokenLine } from "./catalog/broken-line.ts";
import { duplicateKey } from "./catalog/duplicate-key.ts";
import { encoding } from "./catalog/encoding.ts";
import { fleetDisagreement } from "./catalog/fleet-disagreement.ts";
import { foreignFile } from "./catalog/foreign-file.ts";
import { ftpPortOpen } from "./catalog/ftp-port-open.ts";
import { globalsAbortOverHttps } from "./catalog/globals-abort-over-https.ts";
import { globalsMigrationPrefix } from "./catalog/globals-migration-prefix.ts";
import { globalsMigrationPrefixExt } from "./catalog/globals-migration-prefix-ext.ts";
import { hostFileDrift } from "./catalog/host-file-drift.ts";
import { hostNotInRepo } from "./catalog/host-not-in-repo.ts";
import { httpPortOpen } from "./catalog/http-port-open.ts";
import { httpsPortMissing } from "./catalog/https-port-missing.ts";
import { insecureInterface } from "./catalog/insecure-interface.ts";
import { insecureInterfaceInUse } from "./catalog/insecure-interface-in-use.ts";
import { interfacePortClosed } from "./catalog/interface-port-closed.ts";
import { misnamedFile } from "./catalog/misnamed-file.ts";
import { keySpelling } from "./catalog/key-spelling.ts";
import { misplacedKey } from "./catalog/misplaced-key.ts";
import { missingFile } from "./catalog/missing-file.ts";
import { portCollision } from "./catalog/port-collision.ts";
import { portInvalid } from "./catalog/port-invalid.ts";
import { serverNameRefused } from "./catalog/server-name-refused.ts";
import { strayLine } from "./catalog/stray-line.ts";
import { suppression } from "./catalog/suppression.ts";
import { tlsAeadOnly } from "./catalog/tls-aead-only.ts";
import { tlsClientOrder } from "./catalog/tls-client-order.ts";
import { tlsForwardSecrecy } from "./catalog/tls-forward-secrecy.ts";
import { tlsIneffectiveToken } from "./catalog/tls-ineffective-token.ts";
import { tlsLegacyProtocol } from "./catalog/tls-legacy-protocol.ts";
import { tlsNoModernProtocol } from "./catalog/tls-no-modern-protocol.ts";
import { tlsPriorityInvalid } from "./catalog/tls-priority-invalid.ts";
import { tlsPriorityMissing } from "./catalog/tls-priority-missing.ts";
import { tlsWeakCipher } from "./catalog/tls-weak-cipher.ts";
import { unknownKey } from "./catalog/unknown-key.ts";
import { unreadable } from "./catalog/unreadable.ts";
import { versionTooOld } from "./catalog/version-too-old.ts";
import { versionUnreadable } from "./catalog/version-unreadable.ts";
import { wireCertificate } from "./catalog/wire-certificate.ts";
import { wirePortOpen } from "./catalog/wire-port-open.ts";
import { wireTls } from "./catalog/wire-tls.ts";
import { wireUnchecked } from "./catalog/wire-unchecked.ts";
import { wireUnknown } from "./catalog/wire-unknown.ts";
import { wireUnreachable } from "./catalog/wire-unreachable.ts";
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
