import { createLog } from "../../bot/runtime/log.ts";
import { importRecords } from "../../bot/controller/import-records.ts";
import { openController, type Controller } from "../../bot/controller/controller.ts";
import { createBot, type BotPorts } from "../../bot/app.ts";
import { sleepLightly } from "../../bot/runtime/loop.ts";
import { openSigner } from "../../src/adapters/signatures.ts";
import { readBotSettings, type BotSettings } from "../../bot/runtime/settings.ts";
import type { PublicKey } from "../../src/core/formats/jws.ts";
import type { GithubFront } from "../../test/support/fakes/github/github-front.ts";
import { token } from "../../test/support/harness/step.ts";
import {
  appId,
  botToken,
  signingSecret,
  teamId,
  type SlackPeer,
} from "../../test/support/fakes/slack/slack-peer.ts";
import { environment, repository } from "./fleet.ts";

/** The real bot and its outputs. */
export interface DemoBot {
  /** Where Slack's requests go. */
  readonly address: string;
  /** Reads the ledger like another controller. */
  readonly controller: Controller;
  /** Lines of the bot's log. */
  readonly logged: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface DemoBotOptions {
  readonly front: GithubFront;
  readonly slack: SlackPeer;
  /** GitHub IDs of the people who may decide, by name. */
  readonly people: Readonly<Record<string, number>>;
  readonly keys: { readonly privateKey: string; readonly publicKey: PublicKey };
  /** As `host records` printed it. */
  readonly records: string;
}

/** The bot's pauses are shortened by this factor, so that the demo does not wait. */
const haste = 20;

export async function openBot(options: DemoBotOptions): Promise<DemoBot> {
  const { slack, keys, records } = options;
  const logged: string[] = [];
  const ports: BotPorts = {
    fetch,
    token,
    signer: await openSigner(keys.privateKey),
    keys: [keys.publicKey],
    clock: { nowSeconds: () => Date.now() / 1000, wait: async () => {}, random: Math.random },
    log: createLog("info", { write: (line) => void logged.push(line) }),
    sleep: (milliseconds) => sleepLightly(milliseconds / haste),
    slackApiUrl: slack.url,
    secrets: { botToken, appToken: undefined, signingSecret },
  };
  const settings = readSettings(options);
  const controller = await openController(settings, ports);
  await importRecords([{ file: "records.json", text: records }], controller);
  const bot = await createBot(settings, ports);
  const wrong = (await bot.check()).filter(({ problem }) => problem !== undefined);
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
  const { slack: address } = await bot.start();
  return { address, controller, logged, stop: bot.stop };
}

function readSettings({ front, slack, people }: DemoBotOptions): BotSettings {
  const persons = Object.entries(people).map(
    ([name, number]) =>
      `[person.${name}]\nslack = ${slack.users.get(name)}\ngithub = ${number}\ngroups = ops\n`,
  );
  const text = `[github]
repository = ${repository}
api = ${front.url}
[slack]
mode = http
team = ${teamId}
app = ${appId}
channel = ${slack.channel}
port = 0
[controller]
poll = 1s
[monitor]
port = 0
[environment.${environment}]
approvals = 1
groups = ops
soak = 0s
${persons.join("")}`;
  const { settings, problems } = readBotSettings("bot.ini", text);
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  return settings;
}
