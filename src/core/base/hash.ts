/** Hashes bytes (one character a byte) to SHA-256 in hexadecimal. */
export type Hash = (bytes: string) => string;
