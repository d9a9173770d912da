import { usage } from "../../shell/options.ts";
import type { Shell } from "../../shell/context.ts";
import { runKeygen } from "./ticket-keygen.ts";
import { runTicketVerify } from "./ticket-verify.ts";

/** Exit code 0, or 1 for a ticket that is refused. */
export async function runTicket([what, ...args]: readonly string[], shell: Shell): Promise<number> {
  if (what === "keygen") return runKeygen(args, shell);
  if (what === "verify") return runTicketVerify(args, shell);
  throw usage("ticket wants keygen or verify", what, ["keygen", "verify"]);
}
