import type { Terminal } from "../adapters/runtime/terminal.ts";
import type { Progress } from "./progress.ts";
import type { FleetFiles } from "../core/config-repo/files-port.ts";
import type { Hash } from "../core/base/hash.ts";

/** What commands get from the process that runs them. */
export interface Shell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  /** True if standard output is a terminal that supports colours. */
  readonly colour: boolean;
  /** The current day in UTC, as YYYY-MM-DD. */
  readonly today: () => string;
  readonly now: () => Date;
  readonly hash: Hash;
  readonly progress: Progress;
  /** Reads an environment variable; Deno needs `--allow-env` for it. */
  readonly environment: (name: string) => string | undefined;
  /** The shell command that started this program; undefined if it is on the PATH. */
  readonly self?: string | undefined;
}
