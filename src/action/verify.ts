import { findLocalFile } from "../adapters/local-host.ts";
import { randomHello } from "../adapters/random.ts";
import { createWire } from "../adapters/wire.ts";
import { verifyFleet, type Verified, type VerifyFleetRequest } from "../usecases/verify-fleet.ts";
import type { ActionShell } from "./main.ts";

/** As the command line does it without options. */
const limits = { sockets: 64, timeout: 5000 };

export function runVerification(
  request: Omit<VerifyFleetRequest, "full" | "now">,
  { files, now }: ActionShell,
): Promise<Verified> {
  const tools = {
    wire: createWire(limits),
    random: randomHello,
    files,
    findLocal: (names: readonly string[]) => findLocalFile(names, files),
    tell: () => {},
  };
  return verifyFleet({ ...request, full: false, now: now().getTime() }, tools);
}
