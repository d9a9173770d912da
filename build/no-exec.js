/** Replaces @actions/exec in the bundle; see rolldown.config.mjs. */
export function getExecOutput() {
  throw new Error("starting processes is not part of this bundle");
}
