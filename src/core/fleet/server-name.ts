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
