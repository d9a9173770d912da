/** Hashes bytes (one character per byte) to SHA-256 in hexadecimal. */
export type Hash = (bytes: string) => string;
