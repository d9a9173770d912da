import type { Terminal } from "../adapters/runtime/terminal.ts";
import type { FleetFiles } from "../core/config-repo/files-port.ts";
import type { Hash } from "../core/base/hash.ts";

export interface ActionShell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  readonly today: () => string;
  readonly now: () => Date;
  readonly hash: Hash;
  /** Environment variables of the runner, such as GITHUB_WORKSPACE. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
