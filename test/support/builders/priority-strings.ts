import * as algorithms from "../../../src/core/gnutls/algorithms.ts";
import type { Random } from "./random.ts";

const keywords = [
  "NORMAL",
  "PFS",
  "LEGACY",
  "PERFORMANCE",
  "SECURE",
  "SECURE128",
  "SECURE192",
  "SECURE256",
  "SUITEB128",
  "SUITEB192",
];
const signatures = Object.values(algorithms.signatures).flat();
const wholes = ["VERS-ALL", "VERS-TLS-ALL", "VERS-DTLS-ALL", "GROUP-ALL", "GROUP-DH-ALL"].concat(
  ["GROUP-EC-ALL", "GROUP-GOST-ALL", "CURVE-ALL", "SIGN-ALL", "SIGN-GOST-ALL", "MAC-ALL"],
  ["MAC-GOST-ALL", "CIPHER-ALL", "CIPHER-GOST-ALL", "KX-ALL", "KX-GOST-ALL", "GOST", "CTYPE-ALL"],
  ["CTYPE-CLI-ALL", "CTYPE-SRV-ALL", "COMP-ALL", "CTYPE-X509", "CTYPE-SRV-X.509", "CTYPE-OPENPGP"],
);
/** Words that no build accepts, or only in another place or spelling. */
const wrongWords = [
  "",
  " ",
  "-",
  "+",
  "%",
  "HIGH",
  "!aNULL",
  "AES-256-GCM",
  "-VERS-TLS1.4",
  "-VERS-TLSv1.1",
  "-TLS1.0",
  "+SHA3-256",
  "-RIPEMD160",
  "+GROUP-",
  "+GROUP-FFDHE1024",
  "+SIGN-GOSTR341094",
  "+CURVE-GC256B",
  "+CTYPE-PGP",
  "%Server_Precedence",
  "%SERVER_PRECEDENCE ",
  "NONE",
  "+NONE",
  "-NORMAL",
  "SYSTEM",
  "@SYSTEM",
  "+GROUP-X25519-MLKEM768",
  "-3DES",
  "-\u00c4ES-128-CBC",
  "-DHE-D\u00df",
  "\tNORMAL",
];

/**
 * A word that most builds accept: of every kind, with either sign, some with an odd tail or case.
 */
function makeElement(random: Random): string {
  const sign = random.pick(["+", "+", "-", "-", "!"]);
  const kinds: readonly (() => string)[] = [
    () => sign + random.pick(algorithms.ciphers),
    () => sign + random.pick(algorithms.macs),
    () => sign + random.pick([...algorithms.keyExchanges, ...algorithms.namesWithoutEffect]),
    () => `${sign}VERS-${random.pick(algorithms.versions)}`,
    () => `${sign}GROUP-${random.pick(algorithms.groups)}`,
    () => `${sign}CURVE-${random.pick(Object.keys(algorithms.curves))}`,
    () => `${sign}SIGN-${random.pick(signatures)}`,
    () => (random.chance(0.6) ? "+" : sign) + random.pick(wholes),
    () => `%${random.pick(algorithms.options)}`,
    () => (random.chance(0.3) ? "+" : "") + random.pick(keywords),
  ];
  let element = random.pick(kinds)();
  if (random.chance(0.03)) element += random.pick(["X", "-FOO", "1", "*"]);
  if (random.chance(0.02))
    element = sign + random.pick(["MAC-", "CIPHER-", "KX-", "COMP-"]) + element;
  return random.chance(0.06) && !element.startsWith("%") ? swapCase(element, random) : element;
}

function swapCase(text: string, random: Random): string {
  return Array.from(text, (char) => (random.chance(0.5) ? char.toLowerCase() : char)).join("");
}

/** A priority string, valid or not, that covers every part of the language. */
export function makePriority(random: Random): string {
  const elements: string[] = [];
  if (random.chance(0.25)) {
    // From nothing: one of each kind, so that something is left to negotiate with.
    elements.push("NONE", `+VERS-${random.pick(algorithms.versions)}`);
    elements.push(`+${random.pick(algorithms.normalCiphers)}`, `+${random.pick(["AEAD", "SHA1"])}`);
    elements.push(`+${random.pick(algorithms.keyExchanges)}`, "+GROUP-ALL");
    elements.push(random.chance(0.5) ? "+SIGN-ALL" : `+SIGN-${random.pick(signatures)}`);
  } else if (random.chance(0.95)) {
    elements.push(random.pick(keywords));
  }
  const more = random.chance(0.01) ? 50 + random.below(100) : random.below(random.pick([2, 5, 12]));
  for (let count = 0; count < more; count++) elements.push(makeElement(random));
  if (random.chance(0.12)) {
    elements.splice(random.below(elements.length + 1), 0, random.pick(wrongWords));
  }
  const blanks = random.chance(0.05) ? random.pick([" ", "  ", "   "]) : "";
  const start = random.chance(0.02) ? random.pick([" ", "\t", "\n "]) : "";
  return start + elements.join(`:${blanks}`);
}
