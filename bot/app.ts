import { App } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import type { BotSettings } from "./runtime/settings.ts";
import { createCards } from "./loops/card-loop.ts";
import { openController, type Controller, type ControllerPorts } from "./controller/controller.ts";
import type { ListenerContext } from "./listeners/context.ts";
import { createDriftWatch } from "./loops/drift-watch.ts";
import { createFleetReader } from "./controller/fleet-reader.ts";
import { rememberUsers } from "./slack/authorize.ts";
import { listen } from "./listeners/register.ts";
import { createBoltLogger, type Log } from "./runtime/log.ts";
import { createLoops, type Loops } from "./loops/loops.ts";
import { createPlanReader } from "./controller/queries.ts";
import { createFleetGauges } from "./runtime/fleet-gauges.ts";
import { createMetrics, startMonitor, type Metrics } from "./runtime/metrics-server.ts";
import { callApprovers, describeMoved, describeRehearsed } from "./loops/notifications.ts";
import { listenAddress, createEntrance, type Entrance } from "./slack/receiver.ts";
import { createGlobalsReader } from "./controller/globals-reader.ts";
import { createProbeReader } from "./controller/probe-reader.ts";
import { createRepeats } from "./slack/dedupe.ts";
import { createRounds } from "./loops/reconcile-loop.ts";
import { checkSlack } from "./slack/setup-checks.ts";
import type { StartCheck } from "./runtime/start-check.ts";
import { clientOptions, createSlackChat, nameLimits } from "./slack/web-api.ts";
import { checkGithub, checkPeople } from "./doctor.ts";
import { describeCardTroubles } from "./views/card-trouble.ts";
import type { TurnPorts } from "./runtime/loop.ts";
import { makeVisible } from "../src/core/base/text.ts";
import { postJson } from "./runtime/post-json.ts";

export interface Secrets {
  readonly botToken: string;
  /** For Socket Mode. */
  readonly appToken: string | undefined;
  /** For HTTP mode. */
  readonly signingSecret: string | undefined;
}

export interface BotPorts extends ControllerPorts {
  readonly log: Log;
  readonly secrets: Secrets;
  readonly sleep: TurnPorts["sleep"];
  /** Base URL of Slack's Web API with a trailing slash; undefined for Slack itself. */
  readonly slackApiUrl: string | undefined;
}

export interface Bot {
  /** Checks to pass before the bot starts. */
  readonly check: () => Promise<readonly StartCheck[]>;
  /** Starts listening; returns the addresses. */
  readonly start: () => Promise<{ readonly monitor: string; readonly slack: string }>;
  /** Stops after requests in progress have finished. */
  readonly stop: () => Promise<void>;
}

/** The checks that need no GitHub. */
export async function checkWithoutGithub(
  settings: BotSettings,
  ports: BotPorts,
): Promise<readonly StartCheck[]> {
  const { client, options } = openClient(ports);
  const open = (): Promise<unknown> => openSocket(ports.secrets, options);
  return [...checkPeople(settings), ...(await checkSlack(settings.slack, client, open))];
}

function openClient({ secrets, slackApiUrl, log, fetch: ask }: BotPorts) {
  const where = slackApiUrl === undefined ? {} : { slackApiUrl };
  // Without a logger, a client of Slack's SDK prints its own lines.
  const logger = createBoltLogger(log);
  const options = { ...clientOptions, ...where, fetch: nameLimits(ask), logger };
  return { options, logger, client: new WebClient(secrets.botToken, options) };
}

/** Creates the bot. Throws HardenError if the config repo cannot be read. */
export async function createBot(settings: BotSettings, ports: BotPorts): Promise<Bot> {
  const { log, secrets, clock } = ports;
  const { client, options, logger } = openClient(ports);
  const chat = createSlackChat(client);
  const controller = await openController(settings, ports);
  const metrics = createMetrics();
  const { times, slack } = settings;

  const rounds = createRounds({
    controller,
    log,
    metrics,
    random: clock.random,
    pollSeconds: times.pollSeconds,
    remindSeconds: times.remindSeconds,
    onMoved: async (step) => {
      await describeMoved(step, { controller, settings, chat });
    },
    watchDrift: createDriftWatch({ controller, settings, chat, log }),
    onRehearsed: async (id) => describeRehearsed(id, { controller, settings, chat }),
    onRemind: async (id) => callApprovers(id, { controller, settings, chat, isAgain: true }),
  });
  const readPlan = createPlanReader(controller);
  const cards = createCards({
    writer: controller.writer,
    chat,
    channel: slack.channel,
    settings,
    readPlan,
    nowSeconds: controller.nowSeconds,
    log,
    hindranceOf: rounds.hindranceOf,
    onPosted: async ({ id }) => callApprovers(id, { controller, settings, chat, isAgain: false }),
  });
  const loops = createLoops(rounds.turn, cards.keep, ports);
  const desk: ListenerContext = {
    controller,
    settings,
    chat,
    readFleet: createFleetReader(controller, times.freshSeconds),
    readPlan,
    readProbe: createProbeReader(controller),
    readGlobals: createGlobalsReader(controller),
    log,
    onDecided: () => loops.wake(),
    expectCard: async (rollout) => {
      const tried = cards.expect(rollout);
      loops.wake();
      return tried;
    },
    cardTroubles: cards.troubles,
  };
  const entrance = createEntrance(slack, {
    log,
    ...secrets,
    clientOptions: options,
    sleep: ports.sleep,
    nowSeconds: clock.nowSeconds,
  });
  const { receiver } = entrance;
  const app = new App({
    // Given a token, Bolt verifies it with Slack at once and exits if the answer is lost.
    authorize: async () => ({ botToken: secrets.botToken }),
    receiver,
    clientOptions: options,
    logger,
  });
  listen(app, {
    desk,
    repeats: createRepeats(() => clock.nowSeconds() * 1000),
    metrics,
    readers: rememberUsers(chat, () => clock.nowSeconds() * 1000),
    nameRequest: () =>
      Math.floor(clock.random() * 2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    respond: postJson,
  });
  app.error(async (error) => log.error({ reason: error.message }, "request failed"));
  return assemble({
    check: async () => [
      ...checkPeople(settings),
      ...(await checkSlack(slack, client, () => openSocket(secrets, options))),
      ...(await checkGithub({
        client: controller.client,
        people: settings,
        settings: settings.github,
        ...ports,
        controller,
      })),
    ],
    app,
    entrance,
    settings,
    metrics,
    fleet: createFleetGauges({ ...desk, nowSeconds: controller.nowSeconds, sleep: ports.sleep }),
    loops,
    readiness: {
      slack: entrance.trouble,
      cards: () => describeCardTroubles(cards.troubles()),
      github: rounds.trouble,
      warnings: () => [controller.clockTrouble(), rounds.refused(), describeQueries(controller)],
    },
  });
}

function describeQueries({ client }: Controller): string | undefined {
  const reason = client.queryTrouble();
  if (reason === undefined) return undefined;
  return `files are requested one by one, as the last GraphQL query failed: ${makeVisible(reason)}`;
}

async function openSocket({ appToken }: Secrets, options: object): Promise<unknown> {
  return new WebClient(appToken, options).apps.connections.open({});
}

interface Parts {
  readonly check: Bot["check"];
  readonly app: App;
  readonly entrance: Entrance;
  readonly settings: BotSettings;
  readonly metrics: Metrics;
  /** The fleet as text for /metrics. */
  readonly fleet: () => Promise<string>;
  readonly loops: Loops;
  readonly readiness: Parameters<typeof startMonitor>[2];
}

function assemble(parts: Parts): Bot {
  const { app, entrance, settings, metrics, fleet, loops, readiness, check } = parts;
  let monitor: Awaited<ReturnType<typeof startMonitor>> | undefined;
  return {
    check,
    start: async () => {
      monitor = await startMonitor(settings.monitor, { ...metrics, fleet }, readiness);
      const slack = await entrance.open(app);
      loops.start();
      return { monitor: listenAddress(monitor.address()), slack };
    },
    stop: async () => {
      await entrance.close(app);
      await loops.stop();
      monitor?.closeAllConnections();
      monitor?.close();
    },
  };
}

export type { Controller };
