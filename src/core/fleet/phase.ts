/** open: HTTPS in addition to the old ports; close: the file as it is. */
export const phases = ["open", "close"] as const;

export type Phase = (typeof phases)[number];
