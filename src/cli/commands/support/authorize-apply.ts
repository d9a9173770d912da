import { readOptionFile } from "../../../shell/option-file.ts";
import { createSequenceStore } from "../../../adapters/host-local/state.ts";
import { verifySignature } from "../../../adapters/signatures.ts";
import type { TicketClaims } from "../../../core/rollout/dispatch/ticket.ts";
import { decodeBytes } from "../../../core/base/text.ts";
import { checkTicket, type TicketPins } from "../../../core/host/check-ticket.ts";
import type { Pins } from "../../../core/host/pins/pins.ts";
import type { HostPort, TicketCheck } from "../../../core/host/ports.ts";
import { usage } from "../../../shell/options.ts";
import type { Parsed } from "../../option-kinds.ts";
import type { InstalledHost } from "./open-host.ts";
import type { Shell } from "../../../shell/context.ts";
import type { Phase } from "../../../core/fleet/phase.ts";
import { refusal, type Refusal } from "../../../core/base/reasons.ts";

const maxBytes = 16 * 1024 * 1024;

export interface Authority {
  readonly tickets: TicketCheck;
  /** For journal and records. */
  readonly authority: string;
  /** Claims of the ticket, once it was accepted. */
  readonly claims: () => TicketClaims | undefined;
}

interface AuthorityContext {
  readonly host: InstalledHost;
  readonly plan: string;
  readonly phase: Phase;
  readonly port: HostPort;
}

/** The authority for a change: a ticket, or root's own decision, which a job can never make. */
export function createAuthority(
  parsed: Parsed<"apply">,
  { host, plan, phase, port }: AuthorityContext,
  shell: Shell,
): Authority {
  const { one } = parsed;
  const reason = one("--break-glass");
  const file = one("--ticket");
  if (reason !== undefined) {
    if (file !== undefined) throw usage("--ticket and --break-glass cannot be combined");
    if (reason.trim() === "") throw usage("--break-glass needs a reason, which is recorded");
    const isRoot = (process.geteuid?.() ?? 0) === 0 && !parsed.has("--from-job");
    const check = async () => (isRoot ? undefined : refusal("not-root"));
    const authority = `break-glass: ${reason}${describePerson(shell)}`;
    return { tickets: { check }, authority, claims: () => undefined };
  }
  if (file === undefined) {
    return { tickets: { check: refuseTicket }, authority: "none", claims: () => undefined };
  }
  const { pins, state } = host;
  const wave = one("--wave");
  if (wave !== undefined && !/^[1-9][0-9]{0,3}$/.test(wave)) throw usage("--wave needs a number");
  const request = {
    ticket: readText("--ticket", file, shell),
    plan,
    phase,
    wave: wave === undefined ? undefined : Number(wave),
    commit: one("--commit"),
    pins: pinsOfTicket(pins),
  };
  let claims: TicketClaims | undefined;
  const check = async () => {
    const sequences = createSequenceStore(state);
    const tools = { verifySignature, hash: shell.hash, clock: port.clock, sequences };
    const answer = await checkTicket(request, tools);
    if (answer.kind === "refused") return answer.refusal;
    claims = answer.claims;
    return undefined;
  };
  return { tickets: { check }, authority: "ticket", claims: () => claims };
}

/** The pins that a ticket is checked against. */
export function pinsOfTicket({ host, repository, environment, limits, keys }: Pins): TicketPins {
  const known = [...keys].map(([kid, x]) => ({ kid, x }));
  return { host, repository, environment, clockSkewMs: limits.clockSkewMs, keys: known };
}

async function refuseTicket(): Promise<Refusal> {
  return refusal("no-ticket");
}

/** Who became root with sudo, as far as sudo reports it. */
function describePerson({ environment }: Shell): string {
  const user = environment("SUDO_USER");
  return user === undefined || !/^[\w.@-]{1,64}$/.test(user) ? "" : ` (by ${user})`;
}

export function readText(option: string, path: string, shell: Shell): string {
  return decodeBytes(readOptionFile({ option, path, limit: maxBytes }, shell));
}
