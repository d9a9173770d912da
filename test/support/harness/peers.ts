import { spawnSync } from "node:child_process";

/**
 * Programs that the tests compare with. On a user's machine one may be missing, and recorded
 * fixtures serve; with REQUIRE_PEERS=1, as in CI, a missing one is an error.
 */
export function hasPeer(program: string, ...args: readonly string[]): boolean {
  const { status } = spawnSync(program, args, { stdio: "ignore" });
  if (status === 0) return true;
  if (process.env["REQUIRE_PEERS"] === "1") {
    throw new Error(`the tests need ${program} here: ${[program, ...args].join(" ")} failed`);
  }
  return false;
}
