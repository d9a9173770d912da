export const profiles = ["vendor", "strict"] as const;

/** vendor: SEP's own procedure; strict: additionally requires forward secrecy and AEAD. */
export type Profile = (typeof profiles)[number];
