import type { Field } from "../../settings/fields.ts";
import { readWholeNumber } from "../../base/text.ts";

export const pathField: Field<string> = (text) =>
  /^(\/|[A-Za-z]:[\\/])/.test(text) && !/(^|[\\/])\.\.([\\/]|$)/.test(text)
    ? { ok: true, value: text }
    : { ok: false, expected: "an absolute path" };

/**
 * Directories such as LDAP assign large IDs. Linux uses 32 bits, and the highest value is not a
 * user.
 */
const maxAccount = 0xffff_fffe;

export const ownerField: Field<{ readonly user: number; readonly group: number }> = (text) => {
  const [user, group, ...more] = text.split(":").map(readWholeNumber);
  const isKnown = user !== undefined && group !== undefined && more.length === 0;
  return isKnown && user <= maxAccount && group <= maxAccount
    ? { ok: true, value: { user, group } }
    : { ok: false, expected: "user and group numbers, such as 0:0" };
};

/** A host directory may have any name, but here the name becomes part of other file names. */
export const hostField: Field<string> = (text) =>
  /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, expected: "letters, digits, . _ and -" };

/** 32 bytes of an Ed25519 key. Source: RFC 8037, section 2. */
export const keyField: Field<string> = (text) =>
  /^[A-Za-z0-9_-]{43}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, expected: "the x of an Ed25519 key, 43 characters of base64url" };

export const httpsField: Field<string> = (text) =>
  /^https:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/.test(text)
    ? { ok: true, value: text.replace(/\/$/, "") }
    : { ok: false, expected: "an https:// address" };
