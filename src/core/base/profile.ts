export const profiles = ["vendor", "strict"] as const;

/** vendor: SEP's own procedure; strict: forward secrecy and AEAD besides. */
export type Profile = (typeof profiles)[number];
