/**
 * Whether a text can be a host name or an IP address, and nothing else: no blank, line break or
 * character with a meaning in a file or a command. A name that GnuTLS refuses may be one.
 */
export function isHostAddress(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/.test(text);
}

/**
 * What GnuTLS refuses in the server name (SNI) of a ClientHello, in words; undefined where it takes
 * the name. It ends the handshake of every client that sends such a name. An address of numbers is
 * not sent as a server name at all.
 */
export function findNameFault(name: string): string | undefined {
  if (name.includes(":")) return undefined;
  const [char] = /[^A-Za-z0-9.-]/.exec(name) ?? [];
  if (char === undefined) return undefined;
  if (char === "_") return "an underscore";
  return /[!-~]/.test(char) ? `"${char}"` : "a character that is not a letter, digit or -";
}
