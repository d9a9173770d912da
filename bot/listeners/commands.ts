import { findHosts } from "../../src/core/status/fleet-status.ts";
import {
  planNewest,
  planRest,
  planRollback,
  recordGlobals,
} from "../../src/core/rollout/controller/plan-head.ts";
import {
  decideEnvironment,
  requestPlan,
  type PersonEvent,
  type PlannedRequest,
} from "../../src/core/rollout/controller/commands.ts";
import type { Plan } from "../../src/core/rollout/plan/plan.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { EnvironmentEvent } from "../../src/core/rollout/state/environment.ts";
import { nameRollout } from "../../src/core/rollout/ledger/entry.ts";
import { answerRecord } from "./by-hand.ts";
import { decide } from "../decide.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import {
  afterwards,
  linked,
  refuse,
  refuseIn,
  show,
  tell,
  type Answer,
  type ListenerContext,
} from "./context.ts";
import {
  findEnded,
  findNamed,
  findRollout,
  findVerifying,
  reportPlan,
} from "../controller/queries.ts";
import { describeCardTrouble } from "../views/card-trouble.ts";
import { explainCommand, renderHelp, usages, type CommandWord } from "../views/help.ts";
import { renderHistory } from "../views/history.ts";
import { renderHostStatus } from "../views/host-status.ts";
import { renderPlan, printPlanFile } from "../views/plan.ts";
import { renderEnvironmentStatus, renderFleetStatus, renderLocks } from "../views/status.ts";
import { describeTooLate } from "../views/rollout-state.ts";
import { listSome, describeEnd, explain } from "../views/phrases.ts";
import { type Command, type CommandReading } from "../runtime/command-grammar.ts";
import { countOf } from "../../src/core/base/text.ts";
import { findNearest } from "../../src/core/base/nearest.ts";
import type { Asker } from "../slack/authorize.ts";

type Of<Kind extends Command["kind"]> = Extract<Command, { readonly kind: Kind }>;

/** Answers a command. Throws HardenError if GitHub cannot be read. */
export async function answerCommand(
  command: Command,
  asker: Asker,
  desk: ListenerContext,
): Promise<Answer> {
  switch (command.kind) {
    case "help":
      return answerHelp(command.word);
    case "status":
      return answerStatus(command.name, desk);
    case "plan":
      return answerPlan(command, desk);
    case "history":
      return answerHistory(command, desk);
    case "locks": {
      const { ledger } = await desk.controller.writer.read();
      const records = [...ledger.environments.values()];
      return show(renderLocks(records, desk.controller.nowSeconds()));
    }
    case "rollout":
      return answerRollout(command, asker, desk);
    case "approve":
      return sayOfRollout(command, (by, rollout) => draftApproval(rollout, by, command.note), {
        asker,
        desk,
      });
    case "continue":
      return sayOfRollout(command, (by) => ({ kind: "continue", by }), { asker, desk });
    case "rest": {
      const { ledger } = await desk.controller.writer.read();
      return answerRest(findEnded(command.target, ledger), command.purpose, { asker, desk });
    }
    case "record":
      return answerRecord(command, { asker, desk });
    case "rollback":
      return answerRollback(command, { asker, desk });
    case "withdraw": {
      const { reason } = command;
      return sayOfRollout(command, (by) => ({ kind: "withdraw", by, reason }), { asker, desk });
    }
    case "abort": {
      const { reason } = command;
      return sayOfRollout(command, (by) => ({ kind: "abort", by, reason }), { asker, desk });
    }
    case "freeze": {
      const { reason, until } = command;
      return sayOfEnvironment(command, { asker, desk }, (by) => ({
        kind: "freeze",
        by,
        reason,
        until,
      }));
    }
    case "unfreeze":
      return sayOfEnvironment(command, { asker, desk }, (by) => ({ kind: "unfreeze", by }));
    case "unlock": {
      const { reason } = command;
      return sayOfEnvironment(command, { asker, desk }, (by) => ({ kind: "unlock", by, reason }));
    }
    case "globals":
      return answerGlobals(command, { asker, desk });
  }
}

/** The fleet, or an environment or host of that name. */
export async function answerStatus(name: string | null, desk: ListenerContext): Promise<Answer> {
  const [{ status, findings, state }, fixUrl] = await Promise.all([
    desk.readFleet(),
    desk.controller.readFixUrl(),
  ]);
  const { globalsBy, rehearsals } = state.ledger;
  const facts = { status, fixUrl, cardTroubles: desk.cardTroubles(), globalsBy, rehearsals };
  if (name === null) return show(renderFleetStatus(facts));
  const environment = status.environments.find((one) => one.name === name);
  if (environment !== undefined) {
    const servers = await desk.readGlobals(name);
    return show(renderEnvironmentStatus({ ...facts, servers }, environment));
  }
  const [host, ...others] = findHosts(status, name);
  if (host === undefined) {
    const known = status.environments.flatMap(({ name: one, hosts }) => [
      ...(one === null ? [] : [one]),
      ...hosts.map((each) => each.host.name),
    ]);
    const near = findNearest(name, known);
    const guess = near === undefined ? "" : ` Did you mean ${near}?`;
    return tell(
      `No environment or host is called “${name}”.${guess}`,
      "/sesam-harden status lists all.",
    );
  }
  if (others.length > 0) return refuse("name-twice", `show the host ${name}`);
  const probe = await desk.readProbe(name);
  return show(renderHostStatus({ status, fixUrl, host, findings, probe }));
}

async function answerPlan(command: Of<"plan">, desk: ListenerContext): Promise<Answer> {
  const { controller } = desk;
  const { environment, phase, hosts: names, exceptions } = command;
  const planned = await planNewest({ environment, phase, names, exceptions }, controller);
  const report = reportPlan(planned);
  const [said = ""] = await describeOrder(planned.plan, desk);
  return { ...show(renderPlan(report, said)), file: printPlanFile(report) };
}

/** Says that another environment must be closed first. A request is possible before that. */
async function describeOrder(
  { environment: name, restores }: Pick<Plan, "environment" | "restores">,
  { controller, settings }: ListenerContext,
): Promise<readonly string[]> {
  if (restores !== undefined) return [];
  const after = settings.environments.get(name)?.after ?? "";
  if ((await controller.context.predecessor(name)) === "ready") return [];
  const why = explain("predecessor-not-closed", after);
  return [`You can request it, but no one can approve it yet. ${why}`];
}

async function answerHistory(
  { environment }: Of<"history">,
  { controller }: ListenerContext,
): Promise<Answer> {
  const { ledger, commit = null } = await controller.writer.read();
  const rollouts = [...ledger.rollouts.values()].map((rollout) => ({
    rollout,
    trace: ledger.traces.get(rollout.id),
  }));
  const nowSeconds = controller.nowSeconds();
  return show(renderHistory({ rollouts, environment, ledgerCommit: commit, nowSeconds }));
}

async function answerRollout(
  command: Of<"rollout">,
  asker: Asker,
  desk: ListenerContext,
): Promise<Answer> {
  const { environment, phase, hosts: names, exceptions, purpose } = command;
  const what = `request a rollout (${phase}, ${environment})`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const unknown = refuseUnknown(environment, desk);
  if (unknown !== undefined) return unknown;
  const planned = await planNewest({ environment, phase, names, exceptions }, desk.controller);
  return askFor({ by: asker.person.name, planned, purpose }, what, desk);
}

/** Requests the hosts that a rollout did not verify, by a button or a command. Throws HardenError if GitHub cannot be read. */
export async function answerRest(
  rollout: Rollout | undefined,
  purpose: string,
  { asker, desk }: Scene,
): Promise<Answer> {
  if (rollout === undefined) return refuse("rollout-unknown", "roll out the rest");
  const { id } = rollout;
  const what = `roll out the rest of ${id}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const planned = await planRest(rollout, desk.controller);
  if (planned === undefined) return refuse("no-rest", what);
  const said = purpose === "" ? `the rest of ${id}` : purpose;
  return askFor({ by: asker.person.name, planned, purpose: said }, what, desk);
}

/**
 * Requests a rollback to the files verified before, on the hosts of a rollout or on named ones, by a
 * button or a command. Throws HardenError if GitHub cannot be read.
 */
export async function answerRollback(
  { target, hosts, purpose }: Omit<Of<"rollback">, "kind">,
  { asker, desk }: Scene,
): Promise<Answer> {
  const what = `roll back ${[target, ...hosts].join(" ")}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const { ledger } = await desk.controller.writer.read();
  const rollout = findVerifying(target, ledger);
  const environment = rollout?.environment ?? target;
  if (!desk.settings.environments.has(environment)) return refuse("rollout-unknown", what);
  const planned = await planRollback({ environment, names: hosts, rollout }, desk.controller);
  if (planned === undefined) return refuse("no-rollback", what);
  const of = rollout === undefined || hosts.length > 0 ? target : rollout.id;
  const said = purpose === "" ? `roll back ${of}` : purpose;
  return askFor({ by: asker.person.name, planned, purpose: said }, what, desk);
}

async function askFor(asked: PlannedRequest, what: string, desk: ListenerContext): Promise<Answer> {
  const { controller, settings } = desk;
  const { planned } = asked;
  const { environment } = planned.plan;
  const written = await requestPlan(asked, controller);
  if (written.kind === "refused") {
    // A blocked plan is shown as a whole, with what blocks it.
    const isBlocked = planned.blocked.includes(written.reason);
    const report = reportPlan(planned);
    if (isBlocked) {
      const message = renderPlan(report, "Not requested: the plan is blocked.");
      return { isPublic: false, message, file: printPlanFile(report) };
    }
    const current = (await controller.writer.read()).ledger.environments.get(environment);
    const isThere = written.reason === "requested-already";
    return refuse(written.reason, what, isThere ? (current?.rollout?.id ?? "") : "");
  }
  const id = nameRollout(written.entry);
  const trouble = await desk.expectCard(id);
  const requested = written.ledger.rollouts.get(id);
  const late = requested && describeTooLate(requested, controller.nowSeconds());
  const { approvals = 0 } = settings.environments.get(environment) ?? {};
  const order = await afterwards(() => describeOrder(planned.plan, desk));
  const unread = "Whether the environment that must be closed first is closed is not known now:";
  const answer = tell(
    `You requested rollout ${id}. Waiting for ${countOf(approvals, "approval")} from other people.`,
    ...(trouble === undefined ? [] : describeCardTrouble(id, trouble)),
    ...(late === undefined ? [] : [late]),
    ...(order instanceof HardenError ? [`${unread} ${order.message}. ${order.next}`] : order),
  );
  return linked(answer, id, desk);
}

interface Scene {
  readonly asker: Asker;
  readonly desk: ListenerContext;
}

async function sayOfRollout(
  { kind, target }: Of<"approve" | "continue" | "withdraw" | "abort">,
  draft: (by: string, rollout: Rollout) => PersonEvent,
  { asker, desk }: Scene,
): Promise<Answer> {
  const what = `${kind} ${target}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const state = await desk.controller.writer.read();
  // An environment may have another rollout by now than the one the person saw.
  const rollout = kind === "approve" ? findNamed(target, state) : findRollout(target, state);
  if (rollout === undefined) {
    const current = findRollout(target, state)?.id;
    const detail = current === undefined ? "" : `name the rollout: approve ${current}`;
    return refuse("rollout-unknown", what, detail);
  }
  return decide(rollout, draft(asker.person.name, rollout), desk);
}

/** Approves exactly the plan of a rollout; an empty note is omitted. */
export function draftApproval({ plan }: Rollout, by: string, note: string): PersonEvent {
  return { kind: "approve", by, plan, ...(note === "" ? {} : { note }) };
}

async function sayOfEnvironment(
  { kind, environment }: Of<"freeze" | "unfreeze" | "unlock">,
  { asker, desk }: Scene,
  draft: (by: string) => EnvironmentEvent,
): Promise<Answer> {
  const what = `${kind} ${environment}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const unknown = refuseUnknown(environment, desk);
  if (unknown !== undefined) return unknown;
  const event = draft(asker.person.name);
  const written = await decideEnvironment(environment, event, desk.controller);
  if (written.kind === "refused") return refuseIn(environment, written.reason, what, desk);
  desk.onDecided();
  return show(
    tell(describeChange(event, environment, desk), `Ledger commit ${written.commit}.`).message,
  );
}

/** What a person did to an environment, with the reason. */
function describeChange(
  event: EnvironmentEvent,
  environment: string,
  { controller, settings }: ListenerContext,
): string {
  const { by } = event;
  switch (event.kind) {
    case "freeze": {
      const { timeZone = "UTC" } = settings.environments.get(environment) ?? {};
      const end = describeEnd(event.until, controller.nowSeconds(), timeZone);
      return `${by} froze ${environment} ${end}: “${event.reason}”.`;
    }
    case "unfreeze":
      return `${by} lifted the freeze of ${environment}.`;
    case "unlock":
      return `${by} unlocked ${environment}: “${event.reason}”.`;
    case "globals":
      return `${by} recorded that the global settings are set on the Servers of ${environment}.`;
  }
}

/** Undefined if bot.ini has this environment. */
function refuseUnknown(
  name: string,
  { settings }: Pick<ListenerContext, "settings">,
): Answer | undefined {
  if (settings.environments.has(name)) return undefined;
  const known = [...settings.environments.keys()];
  const near = findNearest(name, known);
  const guess = near === undefined ? "" : ` Did you mean ${near}?`;
  return tell(
    `“${name}” is not an environment in bot.ini.${guess}`,
    `Known environments: ${listSome(known, 20)}.`,
  );
}

async function answerGlobals(
  { environment, exceptions }: Of<"globals">,
  { asker, desk }: Scene,
): Promise<Answer> {
  const what = `record the global settings of ${environment}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const unknown = refuseUnknown(environment, desk);
  if (unknown !== undefined) return unknown;
  const by = asker.person.name;
  const asked = { environment, by, exceptions };
  const { written, unproven } = await recordGlobals(asked, desk.controller);
  if (written.kind === "refused") {
    const detail = written.reason === "open-not-proven" ? listSome(unproven, 20) : "";
    return refuse(written.reason, what, detail);
  }
  desk.onDecided();
  const but = exceptions.length === 0 ? "" : `, except ${listSome(exceptions, 20)}`;
  const said = describeChange({ kind: "globals", by, digest: null }, environment, desk);
  return show(tell(`${said.slice(0, -1)}${but}.`, `Ledger commit ${written.commit}.`).message);
}

/** The answer to an invalid command. */
export function answerWrong(
  reading: Exclude<CommandReading, { readonly kind: "command" }>,
): Answer {
  if (reading.kind === "unknown") return { isPublic: false, message: renderHelp(reading.word) };
  const { values } = usages[reading.word];
  const problem = reading.problem.replace(/\??$/, (end) => end || ".");
  return tell(
    `Invalid command: ${problem}`,
    `Usage: /sesam-harden ${reading.word} ${values}`,
    `For an example: /sesam-harden help ${reading.word}`,
  );
}

/** All commands, or one of them. */
export function answerHelp(word: CommandWord | null): Answer {
  return { isPublic: false, message: word === null ? renderHelp() : explainCommand(word) };
}

/** The app's settings call the command differently from the manifest. */
export function answerRenamed(name: string): Answer {
  return tell(
    `This bot answers /sesam-harden, not ${name}.`,
    "Rename the command to /sesam-harden in the settings of the Slack app (Slash Commands), as in bot/manifest.json.",
  );
}
