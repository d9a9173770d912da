import { duplicateKey } from "./duplicate-key.ts";
import { encoding } from "./encoding.ts";
import { ftpPortOpen } from "./ftp-port-open.ts";
import { httpPortOpen } from "./http-port-open.ts";
import { httpsPortMissing } from "./https-port-missing.ts";
import { misplacedKey } from "./misplaced-key.ts";
import { portCollision } from "./port-collision.ts";
import { portInvalid } from "./port-invalid.ts";
import type { Rule } from "./rule.ts";
import { tlsClientOrder } from "./tls-client-order.ts";
import { tlsIneffectiveToken } from "./tls-ineffective-token.ts";
import { tlsLegacyProtocol } from "./tls-legacy-protocol.ts";
import { tlsNoModernProtocol } from "./tls-no-modern-protocol.ts";
import { tlsPriorityInvalid } from "./tls-priority-invalid.ts";
import { tlsPriorityMissing } from "./tls-priority-missing.ts";
import { tlsWeakCipher } from "./tls-weak-cipher.ts";
import { unknownKey } from "./unknown-key.ts";
import { unreadable } from "./unreadable.ts";

/** All rules, in the order in which `rules` lists them: the file, its keys, its ports, its TLS. */
export const rules: readonly Rule[] = [
  unreadable,
  encoding,
  misplacedKey,
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
  tlsIneffectiveToken,
  tlsClientOrder,
];
