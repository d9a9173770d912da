import type { Terminal } from "../adapters/runtime/terminal.ts";
import type { Progress } from "./progress.ts";
import type { FleetFiles } from "../core/config-repo/files-port.ts";
import type { Hash } from "../core/base/hash.ts";

/** What the commands get from the process that they run in. */
export interface Shell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  /** True if standard output is a terminal that wants colours. */
  readonly colour: boolean;
  /** The day in UTC, as YYYY-MM-DD. */
  readonly today: () => string;
  readonly now: () => Date;
  readonly hash: Hash;
  readonly progress: Progress;
  /** A variable of the environment; under Deno, asking needs `--allow-env`. */
  readonly environment: (name: string) => string | undefined;
  /** How this program was started, for a shell; undefined where it is on the path. */
  readonly self?: string | undefined;
}
