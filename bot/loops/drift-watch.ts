import { findDrift, type SeenDrift } from "../../src/core/rollout/controller/find-drift.ts";
import type { VerifyRun } from "../../src/core/rollout/controller/record-verify.ts";
import { claimDrift } from "../../src/core/rollout/ledger/commands.ts";
import type { VerifyRuns } from "../../src/core/rollout/controller/record-verify.ts";
import type { Controller } from "../controller/controller.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { type Log, describe } from "../runtime/log.ts";
import type { BotSettings } from "../runtime/settings.ts";
import type { Chat } from "../slack/chat-port.ts";
import type { Message } from "../views/blocks.ts";
import { renderDrift } from "../views/drift.ts";

export interface DriftWatchTools {
  readonly controller: Pick<
    Controller,
    "writer" | "store" | "config" | "hash" | "nowSeconds" | "verifySignature" | "repository"
  > & {
    readonly verifyRuns: Pick<VerifyRuns, "newest" | "readGlobals">;
  };
  readonly settings: Pick<BotSettings, "environments" | "slack">;
  readonly chat: Pick<Chat, "post">;
  readonly log: Log;
}

/** Pauses before a run is compared again whose comparison failed, in seconds. */
const firstPauseSeconds = 60;
const maxPauseSeconds = 3600;

/**
 * Announces once which hosts drifted according to the newest recorded verify run, and once that they
 * match again. The ledger records it first: if the bot is killed in between, nothing is posted, but
 * `status` shows it. Throws HardenError if GitHub cannot be read; the same run is then tried again
 * after a pause that doubles.
 */
export function createDriftWatch(tools: DriftWatchTools): () => Promise<void> {
  const { controller, settings, chat, log } = tools;
  let compared: number | undefined;
  let failed:
    | { readonly run: number; readonly untilSeconds: number; readonly pauseSeconds: number }
    | undefined;
  const unposted: Message[] = [];
  const compareNewest = async (): Promise<void> => {
    const { last } = (await controller.writer.read()).ledger.wire;
    if (last === null || last.run === compared) return;
    const before = failed?.run === last.run ? failed : undefined;
    if (before !== undefined && controller.nowSeconds() < before.untilSeconds) return;
    const pauseSeconds = Math.min(
      maxPauseSeconds,
      (before?.pauseSeconds ?? firstPauseSeconds / 2) * 2,
    );
    failed = { run: last.run, untilSeconds: controller.nowSeconds() + pauseSeconds, pauseSeconds };
    const run = await controller.verifyRuns.newest(last.run - 1);
    // A newer one is recorded first.
    if (run?.run === last.run) await compareRun(run, tools, (message) => unposted.push(message));
    compared = last.run;
    failed = undefined;
  };
  const postAll = async (): Promise<void> => {
    for (const message of unposted.splice(0)) {
      const answer = await chat.post(settings.slack.channel, message);
      if (answer.kind === "posted") continue;
      const reason = answer.kind === "refused" ? answer.reason : "no answer";
      log.error({ reason }, "a drift could not be announced");
      // Without an answer it may have been posted, so it is not posted again.
      if (answer.kind === "refused") unposted.push(message);
    }
  };
  return async () => {
    try {
      await compareNewest();
    } finally {
      await postAll();
    }
  };
}

/** A fleet that is invalid at the commit of the run stays invalid, so that is logged once. */
async function compareRun(
  run: VerifyRun,
  tools: DriftWatchTools,
  give: (message: Message) => void,
): Promise<void> {
  try {
    await claimAll(run, tools, give);
  } catch (error) {
    if (!(error instanceof HardenError) || error.code === "broke") throw error;
    tools.log.warn({ run: run.run, ...describe(error) }, "a run of verify could not be compared");
  }
}

/** Passes on the message of each environment that this bot was first to claim. */
async function claimAll(
  run: VerifyRun,
  { controller, settings, log }: DriftWatchTools,
  give: (message: Message) => void,
): Promise<void> {
  const { byEnvironment, unread } = await findDrift(run, controller);
  if (unread.length > 0) {
    const next = "Run sesam-harden ledger verify, and check who pushed to the ledger branch.";
    log.error({ run: run.run, hosts: unread, next }, "the ledger lacks the verified file of hosts");
  }
  for (const [environment, seen] of byEnvironment) {
    if (settings.environments.get(environment)?.announceDrift !== true) continue;
    const claim = claimDrift({ environment, run: run.run, at: run.at }, seen);
    const written = await controller.writer.write(claim);
    if (written.kind === "refused" || written.entry.event.kind !== "drift") continue;
    log.info({ environment, run: run.run, commit: written.commit }, "drift announced");
    const news = written.entry.event;
    const details = new Map(seen.map(({ host, details: words }: SeenDrift) => [host, words]));
    give(renderDrift({ news, details, url: run.url, nowSeconds: controller.nowSeconds() }));
  }
}
