import type { Assumption } from "./assumptions.ts";
import type { Verdict } from "./verdict.ts";

/** What the tool says of one host, beside its findings. */
export interface Host {
  /** Name of the host's folder. */
  readonly name: string;
  readonly role: "server" | "rds";
  readonly environment: string | null;
  readonly verdict: Verdict;
  /** What the verdict rests on that nothing says; absent where the host itself was asked. */
  readonly assumptions?: readonly Assumption[];
}
