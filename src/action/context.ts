import type { Terminal } from "../adapters/runtime/terminal.ts";
import type { FleetFiles } from "../core/config-repo/files-port.ts";
import type { Hash } from "../core/base/hash.ts";

export interface ActionShell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  readonly today: () => string;
  readonly now: () => Date;
  readonly hash: Hash;
  /** What the runner sets: GITHUB_WORKSPACE and its kin. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
