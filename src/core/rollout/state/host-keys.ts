import { listDecoder, recordDecoder, textDecoder } from "../../formats/json/decode.ts";
import { keyPartDecoder, type PublicKey } from "../../formats/jws.ts";

/** The public key with which a host signs its reports. */
export type HostKey = { readonly host: string; readonly kid: string; readonly x: string };

export const hostKeysDecoder = listDecoder(
  recordDecoder<HostKey>({ host: textDecoder, kid: keyPartDecoder, x: keyPartDecoder }),
);

/** Public keys with which hosts sign their reports, by host. */
export type HostKeys = ReadonlyMap<string, PublicKey>;

/** Other hosts with the same key, such as clones of one machine. */
export function findSharing(keys: HostKeys, host: string): readonly string[] {
  const own = keys.get(host);
  return [...keys].flatMap(([name, { x }]) => (name !== host && x === own?.x ? [name] : []));
}
