import { readFileSync } from "node:fs";
import { explainFileError } from "../src/adapters/runtime/file-errors.ts";
import { openSigner } from "../src/adapters/signatures.ts";
import { HardenError } from "../src/core/base/errors.ts";
import { readBotSettings, type BotSettings } from "./runtime/settings.ts";
import { readPublicKey, type PublicKey } from "../src/core/formats/jws.ts";
import { joinSentences, makeVisible } from "../src/core/base/text.ts";
import { openGithubToken } from "./runtime/github-token.ts";
import { createLog, describe } from "./runtime/log.ts";
import { needAll, needSecret, readSecret, type SecretPorts } from "./runtime/secrets.ts";
import { importRecords } from "./controller/import-records.ts";
import { checkWithoutGithub, createBot, type BotPorts } from "./app.ts";
import { printChecks } from "./runtime/start-check.ts";
import { openController } from "./controller/controller.ts";
import { sleepLightly } from "./runtime/loop.ts";

const help = `node bot/main.js [--settings FILE] [--check | --import FILE…]

Runs the Slack bot and the rollout controller.

  --settings FILE   path of bot.ini (default: bot.ini in the current directory)
  --check           check settings, Slack and GitHub, report problems, and exit
  --import FILE…    record the files on the hosts from the output of sesam-harden host records, and exit

Secrets are read from environment variables, or from files given by NAME_FILE:
SLACK_BOT_TOKEN, SLACK_APP_TOKEN (socket mode), SLACK_SIGNING_SECRET (http mode),
GITHUB_TOKEN or GITHUB_APP_KEY, SESAM_HARDEN_SIGNING_KEY. SESAM_HARDEN_KEYS has the public
keys of all controllers, one per line. See docs/bot.md.
`;

const secretPorts: SecretPorts = {
  environment: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
};

interface Arguments {
  readonly settings: string;
  readonly what: "run" | "check" | "import" | "help";
  readonly files: readonly string[];
}

function readArguments(words: readonly string[]): Arguments {
  let settings = "bot.ini";
  let what: Arguments["what"] = "run";
  const files: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--settings") settings = readValue(words[++index]);
    else if (word === "--check") what = "check";
    else if (word === "--help") what = "help";
    else if (word === "--import") what = "import";
    else if (what === "import" && !word.startsWith("--")) files.push(word);
    else throw new HardenError("usage", `unknown argument '${makeVisible(word)}'`, help);
  }
  if (what === "import" && files.length === 0) {
    throw new HardenError("usage", "--import needs at least one file", help);
  }
  return { settings, what, files };
}

function readValue(word: string | undefined): string {
  if (word !== undefined && word !== "" && !word.startsWith("--")) return word;
  throw new HardenError("usage", "--settings needs the path of a bot.ini", "See --help.");
}

/** Throws HardenError `usage` for the first one that cannot be read. */
function readImports(files: readonly string[]): Parameters<typeof importRecords>[0] {
  return files.map((file) => {
    try {
      return { file, text: readFileSync(file, "utf8") };
    } catch (error) {
      const isThere = !(error instanceof Error && "code" in error && error.code === "ENOENT");
      const reason = isThere ? explainFileError(error) : "file not found";
      const next = "Nothing was recorded. Pass files with the output of sesam-harden host records.";
      throw new HardenError("usage", `${makeVisible(file)}: ${reason}`, next);
    }
  });
}

function readSettings(path: string): BotSettings {
  let bytes: string;
  try {
    bytes = readFileSync(path, "latin1");
  } catch {
    const next = "Pass the file with --settings; docs/bot.md has an example.";
    throw new HardenError("settings", `${makeVisible(path)} cannot be read`, next);
  }
  const { settings, problems } = readBotSettings(path, bytes);
  if (settings !== undefined) return settings;
  const lines = problems.map(
    ({ file, line, column, message, next }) =>
      `${file}:${line}:${column}: ${joinSentences(message, next)}`,
  );
  throw new HardenError("settings", lines.map(makeVisible).join("\n"), "Fix bot.ini.");
}

function readKeys(own: PublicKey | undefined): readonly PublicKey[] {
  const text = readSecret("SESAM_HARDEN_KEYS", secretPorts);
  if (text === undefined) return own === undefined ? [] : [own];
  const keys = text.split(/\s+/).map(readPublicKey);
  if (keys.every((key) => key !== undefined)) return keys;
  throw new HardenError(
    "settings",
    `invalid public key in SESAM_HARDEN_KEYS: number ${keys.indexOf(undefined) + 1} of ${keys.length}`,
    "Write one public key per line, as ticket keygen printed it: KID:X or a JWK. The private key does not belong there.",
  );
}

function listSecrets({ github, slack }: BotSettings, what: Arguments["what"]): readonly string[] {
  return [
    "SESAM_HARDEN_SIGNING_KEY",
    github.app === null ? "GITHUB_TOKEN" : "GITHUB_APP_KEY",
    ...(what === "import" ? [] : ["SLACK_BOT_TOKEN"]),
    ...(what === "import"
      ? []
      : [slack.mode === "http" ? "SLACK_SIGNING_SECRET" : "SLACK_APP_TOKEN"]),
  ];
}

async function main(words: readonly string[]): Promise<number> {
  const { settings: path, what, files } = readArguments(words);
  if (what === "help") {
    process.stdout.write(help);
    return 0;
  }
  const imports = readImports(files);
  const settings = readSettings(path);
  const log = createLog(process.env["LOG_LEVEL"] || (what === "check" ? "silent" : "info"));
  needAll(listSecrets(settings, what), secretPorts);
  const signer = await openSigner(needSecret("SESAM_HARDEN_SIGNING_KEY", secretPorts));
  const ports: BotPorts = {
    fetch,
    token: openGithubToken(settings.github, secretPorts, fetch),
    signer,
    keys: readKeys({ kid: signer.kid, x: signer.x }),
    clock: {
      nowSeconds: () => Date.now() / 1000,
      wait: async (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
      random: Math.random,
    },
    log,
    // Set by systemd; may list several directories.
    stateDirectory: process.env["STATE_DIRECTORY"]?.split(":")[0] || undefined,
    sleep: sleepLightly,
    slackApiUrl: process.env["SLACK_API_URL"] || undefined,
    secrets: {
      botToken: what === "import" ? "" : needSecret("SLACK_BOT_TOKEN", secretPorts),
      appToken:
        what === "import" || settings.slack.mode === "http"
          ? undefined
          : needSecret("SLACK_APP_TOKEN", secretPorts),
      signingSecret:
        what === "import" || settings.slack.mode === "socket"
          ? undefined
          : needSecret("SLACK_SIGNING_SECRET", secretPorts),
    },
  };
  if (what === "import") {
    const controller = await openController(settings, ports);
    process.stdout.write(`${await importRecords(imports, controller)}\n`);
    return 0;
  }
  return runBot(settings, ports, what === "check");
}

async function runBot(settings: BotSettings, ports: BotPorts, isCheck: boolean): Promise<number> {
  const opened = await createBot(settings, ports).catch((error: unknown) => {
    if (!isCheck || !(error instanceof HardenError)) throw error;
    return error;
  });
  if (opened instanceof HardenError) {
    const { message: problem, next } = opened;
    const github = { what: "GitHub", problem, next };
    process.stderr.write(printChecks([...(await checkWithoutGithub(settings, ports)), github]));
    return 2;
  }
  const bot = opened;
  const checks = await bot.check();
  const wrong = checks.filter(({ problem }) => problem !== undefined);
  const isWrong = wrong.some(({ isWarning = false }) => !isWarning);
  const isStopped = wrong.some(({ isWarning = false, isMinor = false }) => !isWarning && !isMinor);
  if (isCheck || isStopped) {
    process.stderr.write(printChecks(checks));
    return isWrong ? 2 : 0;
  }
  for (const { what: name, problem, next } of wrong) {
    ports.log.warn({ check: name, reason: problem, next }, `${name}: ${problem}`);
  }
  const { monitor, slack } = await bot.start();
  ports.log.info({ monitor, slack }, "started");
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  ports.log.info("stopping: finishing requests in progress");
  await bot.stop();
  return 0;
}

/** The stack of an unexpected error, only at log level debug. */
function explain(error: unknown): string {
  if (error instanceof HardenError) return `${error.message}\n${error.next}`;
  if (process.env["LOG_LEVEL"] === "debug") return describe(error).reason;
  const message = error instanceof Error ? error.message : String(error);
  return `this should not have happened: ${makeVisible(message)}\nPlease report it, with what LOG_LEVEL=debug shows.`;
}

/** EX_CONFIG of sysexits.h: the unit does not restart the bot after this code. */
const wrongSettings = 78;

/** Invalid settings have a separate code when running the bot; --check and --import exit with 2. */
function chooseExitCode(error: unknown, words: readonly string[]): number {
  if (!(error instanceof HardenError) || error.code === "broke") return 4;
  const runs = !words.some((word) => word === "--check" || word === "--import");
  return error.code === "settings" && runs ? wrongSettings : 2;
}

const words = process.argv.slice(2);
try {
  process.exitCode = await main(words);
} catch (error) {
  process.stderr.write(`error: ${explain(error)}\n`);
  process.exitCode = chooseExitCode(error, words);
}
