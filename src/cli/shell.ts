import type { Terminal } from "../adapters/terminal.ts";
import type { FleetFiles } from "../usecases/fleet-files.ts";

/** What the commands get from the process that they run in. */
export interface Shell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  /** True if standard output is a terminal that wants colours. */
  readonly colour: boolean;
}
