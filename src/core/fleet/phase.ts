/** open: HTTPS beside the old ports; close: what the file says. */
export const phases = ["open", "close"] as const;

export type Phase = (typeof phases)[number];
