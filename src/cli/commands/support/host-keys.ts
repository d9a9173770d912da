import { readOptionFile } from "../../../shell/option-file.ts";
import { readPublicKey, type PublicKey } from "../../../core/formats/jws.ts";
import { decodeBytes, makeVisible } from "../../../core/base/text.ts";
import { usage } from "../../../shell/options.ts";
import type { Parsed } from "../../option-kinds.ts";
import type { Shell } from "../../../shell/context.ts";

const maxBytes = 64 * 1024;

/** Public keys for the pins, each as KID:X or as JWK. */
export function readHostKeys({ many }: Parsed<"host install">, shell: Shell): readonly PublicKey[] {
  const typed = many("--key").map((text) => readKey(text, "--key"));
  const filed = many("--keys").flatMap((path) => {
    const bytes = readOptionFile({ option: "--keys", path, limit: maxBytes }, shell);
    const name = `--keys ${makeVisible(path)}`;
    const lines = decodeBytes(bytes).split("\n");
    const keys = lines.filter((line) => line.trim() !== "").map((line) => readKey(line, name));
    if (keys.length === 0) throw usage(`${name} contains no key`);
    return keys;
  });
  return [...typed, ...filed];
}

/** The text may be a private key, so no part of it is shown. */
function readKey(text: string, name: string): PublicKey {
  const [, kid, x] = /^([A-Za-z0-9_-]{1,64}):([A-Za-z0-9_-]{43})$/.exec(text.trim()) ?? [];
  const key = kid !== undefined && x !== undefined ? { kid, x } : readPublicKey(text);
  if (key !== undefined) return key;
  throw usage(`${name} needs a public key as ticket keygen prints it: KID:X, or the JWK`);
}
