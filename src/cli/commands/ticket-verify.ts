import { readOptionFile } from "../../shell/option-file.ts";
import { verifySignature } from "../../adapters/signatures.ts";
import { printCanonical } from "../../core/formats/json/canonical.ts";
import { readPublicKey, type PublicKey } from "../../core/formats/jws.ts";
import { readPlan } from "../../core/rollout/plan/plan-file.ts";
import { reasons } from "../../core/base/reasons.ts";
import {
  openTicket,
  refuseTime,
  verifyTicket,
  type TicketClaims,
  type TicketDemands,
  type TicketVerdict,
} from "../../core/rollout/dispatch/ticket.ts";
import { decodeBytes, makeVisible, readWholeNumber } from "../../core/base/text.ts";
import { chooseWord, usage, chooseOptional, readNumber } from "../../shell/options.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { phases } from "../../core/fleet/phase.ts";

type Arguments = Parsed<"ticket verify">;
type OptionName = Parameters<Arguments["one"]>[0];

/** What the ticket is compared with; these options need a plan. */
const demanded: readonly OptionName[] = [
  "--repository",
  "--environment",
  "--phase",
  "--wave",
  "--commit",
  "--host",
  "--last-sequence",
];

/** Exit code 0 accepted, 1 refused. */
export async function runTicketVerify(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "ticket verify");
  const format = chooseWord("--format", parsed.one("--format"), ["text", "json"], "text");
  const ticket = readTicket(parsed, shell);
  const keys = readKeys(parsed, shell);
  const nowSeconds = Math.floor(shell.now().getTime() / 1000);
  const clockSkewSeconds =
    readNumber("--clock-skew", parsed.one("--clock-skew"), [0, 86_400]) ?? 60;
  const time = { nowSeconds, clockSkewSeconds };
  const plan = parsed.one("--plan");
  const verdict =
    plan === undefined
      ? await judgeAlone(ticket, { keys, time, parsed })
      : await verifyTicket(
          ticket,
          { ...readDemands(plan, parsed, shell), keys, ...time },
          verifySignature,
        );
  const isHeld = plan !== undefined;
  shell.terminal.out(
    format === "json" ? `${printVerdict(verdict, isHeld)}\n` : renderVerdict(verdict, isHeld),
  );
  return verdict.kind === "accepted" ? 0 : 1;
}

/** A ticket is too long to type, so it may come from standard input. */
function readTicket({ positionals }: Arguments, { terminal }: Shell): string {
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw usage("ticket verify needs one ticket, or - to read it");
  }
  return (given === "-" ? new TextDecoder().decode(terminal.input()) : given).trim();
}

const maxKeyBytes = 4096;

function readKeys(parsed: Arguments, shell: Shell): readonly PublicKey[] {
  const paths = parsed.many("--key");
  if (paths.length === 0) throw usage("ticket verify needs --key FILE with a public key");
  return paths.map((path) => {
    const key = readPublicKey(readOptionFile({ option: "--key", path, limit: maxKeyBytes }, shell));
    if (key !== undefined) return key;
    // The file may contain the private key, so no part of it is shown.
    throw usage(`--key ${makeVisible(path)} is not a public key from ticket keygen`);
  });
}

/** Checks only signature and time, because there is no plan. */
async function judgeAlone(
  ticket: string,
  {
    keys,
    time,
    parsed,
  }: {
    readonly keys: readonly PublicKey[];
    readonly time: Pick<TicketDemands, "nowSeconds" | "clockSkewSeconds">;
    readonly parsed: Arguments;
  },
): Promise<TicketVerdict> {
  const wanting = demanded.find((name) => parsed.has(name));
  if (wanting !== undefined) throw usage(`${wanting} needs --plan FILE as well`);
  const opened = await openTicket(ticket, keys, verifySignature);
  if (opened.kind === "refused") return opened;
  const reason = refuseTime(opened.claims, time);
  return reason === undefined ? opened : { kind: "refused", reason };
}

const maxPlanBytes = 64 * 1024 * 1024;

function readDemands(
  path: string,
  parsed: Arguments,
  shell: Shell,
): Omit<TicketDemands, "keys" | "nowSeconds" | "clockSkewSeconds"> {
  const bytes = readOptionFile({ option: "--plan", path, limit: maxPlanBytes }, shell);
  const read = readPlan(decodeBytes(bytes), shell.hash);
  if (read === undefined) {
    throw usage(`--plan ${makeVisible(path)} is not a plan from plan --format json`);
  }
  const number = (name: OptionName): number | undefined => readCount(name, parsed.one(name));
  return {
    ...read,
    repository: number("--repository") ?? read.plan.repository,
    environment: parsed.one("--environment"),
    phase: chooseOptional("--phase", parsed.one("--phase"), phases),
    wave: number("--wave"),
    commit: parsed.one("--commit"),
    host: parsed.one("--host"),
    lastSequence: number("--last-sequence") ?? 0,
  };
}

function readCount(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = readWholeNumber(given);
  if (number !== undefined) return number;
  throw usage(`${name}: expected a whole number, not ${makeVisible(given)}`);
}

/** No claim of a refused ticket is repeated; `##[` would be a command for a GitHub runner. */
function printVerdict(verdict: TicketVerdict, isHeld: boolean): string {
  return printCanonical({
    schemaVersion: 1,
    accepted: verdict.kind === "accepted",
    heldAgainstPlan: isHeld,
    reason: verdict.kind === "refused" ? verdict.reason : null,
    claims: verdict.kind === "accepted" ? verdict.claims : null,
  }).replaceAll("##[", "\\u0023#[");
}

function renderVerdict(verdict: TicketVerdict, isHeld: boolean): string {
  if (verdict.kind === "refused") {
    const { cause, next } = reasons[verdict.reason];
    return `refused: ${verdict.reason}: ${cause}\n  ${next}\n`;
  }
  const what = isHeld
    ? "the ticket allows this wave of this plan"
    : "the ticket is signed and valid now; it was not compared with a plan";
  const lines = Object.entries(describeClaims(verdict.claims)).map(
    ([name, value]) => `  ${name.padEnd(11)} ${value}`,
  );
  return `accepted: ${what}\n${lines.join("\n")}\n`;
}

function describeClaims(claims: TicketClaims): Readonly<Record<string, string | number>> {
  const { rollout, wave, sequence, repository, commit, phase, environment, plan } = claims;
  return {
    rollout,
    environment,
    phase,
    wave,
    sequence,
    repository,
    commit,
    plan,
    ledger: claims.ledger ?? "none",
    from: showTime(claims.nbf),
    until: showTime(claims.exp),
  };
}

function showTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds} s after 1970` : time.toISOString();
}
