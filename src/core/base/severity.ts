/** The worst first. */
export const severities = ["error", "warning", "notice"] as const;

export type Severity = (typeof severities)[number];
