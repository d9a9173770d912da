import type { Verdict } from "./verdict.ts";

/** What the tool says of one host, beside its findings. */
export interface Host {
  /** Name of the host's folder. */
  readonly name: string;
  readonly role: "server" | "rds";
  readonly environment: string | null;
  readonly verdict: Verdict;
}
