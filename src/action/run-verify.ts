import { findLocalFile } from "../adapters/runtime/find-local-stpd.ts";
import { createNetwork } from "../adapters/network/network.ts";
import {
  verifyFleet,
  type Verified,
  type VerifyFleetRequest,
} from "../core/verify/verify-fleet.ts";
import type { ActionShell } from "./context.ts";
import { randomHello } from "../adapters/runtime/crypto.ts";

/** Uses the defaults of the command line. */
const limits = { sockets: 64, timeoutMs: 5000 };

export function runVerification(
  request: Omit<VerifyFleetRequest, "full" | "nowMs">,
  { files, now }: ActionShell,
): Promise<Verified> {
  const tools = {
    network: createNetwork(limits),
    random: randomHello,
    files,
    findLocal: (names: readonly string[]) => findLocalFile(names, files),
    tell: () => {},
  };
  return verifyFleet({ ...request, full: false, nowMs: now().getTime() }, tools);
}
