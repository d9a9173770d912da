import type { Patience } from "../../src/core/rollout/controller/reconcile.ts";
import {
  idField,
  numberField,
  textField,
  withDefault,
  wordField,
  type Field,
  durationField,
} from "../../src/core/settings/fields.ts";
import {
  readSection,
  readSettingsFile,
  reportLacking,
  type SettingsFile,
} from "../../src/core/settings/ini-sections.ts";
import {
  readControllerSections,
  type ControllerSettings,
} from "../../src/core/rollout/state/rollout-settings.ts";
import type { Problem } from "../../src/core/base/errors.ts";

/** The config repo and how to access it. */
export interface GithubSettings {
  readonly owner: string;
  readonly repo: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** Ids of the App and its installation; null if a token is used. */
  readonly app: { readonly id: number; readonly installation: number } | null;
  readonly workflow: string;
  readonly verifyWorkflow: string;
  /** Treats the author of a commit without a verified signature as unknown. */
  readonly requiresSignatures: boolean;
}

export interface SlackSettings {
  readonly mode: "socket" | "http";
  /** Ids of the workspace, the enterprise, the app and the channel for the cards. */
  readonly team: string;
  readonly enterprise: string | null;
  readonly app: string;
  readonly channel: string;
  /** Listen address in http mode. */
  readonly host: string;
  readonly port: number;
}

export interface ControllerTimes extends Patience {
  readonly ticketLifeSeconds: number;
  /** Seconds between two rounds while something changes; up to twelve times as much otherwise. */
  readonly pollSeconds: number;
  /** Age at which a scan counts as outdated. */
  readonly freshSeconds: number;
  /** Time until approvers are reminded once. */
  readonly remindSeconds: number;
}

export interface MonitorSettings {
  readonly host: string;
  readonly port: number;
}

export interface BotSettings extends ControllerSettings {
  readonly github: GithubSettings;
  readonly slack: SlackSettings;
  readonly times: ControllerTimes;
  readonly monitor: MonitorSettings;
}

function patternField(pattern: RegExp, expected: string): Field<string> {
  return (text) => (pattern.test(text) ? { ok: true, value: text } : { ok: false, expected });
}

const workflowField = patternField(/^[A-Za-z0-9._-]+\.ya?ml$/, "the file name of a workflow");
const hourSeconds = 3600;
const maxSeconds = 30 * 24 * hourSeconds;

export const botFields = {
  github: {
    repository: patternField(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, "OWNER/NAME"),
    api: withDefault(
      patternField(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, "a URL such as https://api.github.com"),
      "https://api.github.com",
    ),
    app: idField,
    installation: idField,
    workflow: withDefault(workflowField, "sesam-rollout.yml"),
    verify_workflow: withDefault(workflowField, "sesam-verify.yml"),
    require_signatures: withDefault(wordField("yes", "no"), "no"),
  },
  slack: {
    mode: withDefault(wordField("socket", "http"), "socket"),
    team: patternField(/^T[A-Z0-9]{2,20}$/, "the id of a workspace, such as T012AB3CD"),
    enterprise: patternField(/^E[A-Z0-9]{2,20}$/, "the id of an enterprise, such as E012AB3CD"),
    app: patternField(/^A[A-Z0-9]{2,20}$/, "the id of an app, such as A012AB3CD"),
    channel: patternField(/^[CG][A-Z0-9]{2,20}$/, "the id of a channel, such as C012AB3CD"),
    host: withDefault(textField, "127.0.0.1"),
    port: withDefault(numberField(0, 65_535), "3000"),
  },
  controller: {
    ticket_life: withDefault(durationField(60, 24 * hourSeconds), "1h"),
    poll: withDefault(durationField(1, hourSeconds), "5s"),
    answer: withDefault(durationField(10, hourSeconds), "2m"),
    search: withDefault(durationField(60, 24 * hourSeconds), "15m"),
    retry: withDefault(durationField(10, 24 * hourSeconds), "10m"),
    start: withDefault(durationField(60, 24 * hourSeconds), "1h"),
    abort: withDefault(durationField(10, 24 * hourSeconds), "1m"),
    rehearsal: withDefault(durationField(60, 24 * hourSeconds), "10m"),
    fresh: withDefault(durationField(hourSeconds, maxSeconds), "36h"),
    remind: withDefault(durationField(60, maxSeconds), "4h"),
  },
  monitor: {
    host: withDefault(textField, "127.0.0.1"),
    port: withDefault(numberField(0, 65_535), "9464"),
  },
};

const sections = ["github", "slack", "controller", "monitor"] as const;

/** Reads bot.ini: people, groups, environments, and the settings of the bot. */
export function readBotSettings(
  path: string,
  bytes: string,
): { readonly settings: BotSettings | undefined; readonly problems: readonly Problem[] } {
  const file = readSettingsFile(path, bytes);
  const persons = readControllerSections(file, sections);
  const github = readGithub(file);
  const slack = readSlack(file);
  const times = readTimes(file);
  const monitor = readSection(file, "monitor", botFields.monitor);
  const { problems } = file;
  if (github === undefined || slack === undefined || problems.length > 0) {
    return { settings: undefined, problems };
  }
  return { settings: { ...persons, github, slack, times, monitor }, problems };
}

function lacks(
  file: SettingsFile,
  section: string,
  needed: Readonly<Record<string, unknown>>,
): void {
  reportLacking(file, section, { needed, next: "Add it: see docs/bot.md." });
}

function readGithub(file: SettingsFile): GithubSettings | undefined {
  const read = readSection(file, "github", botFields.github);
  const { repository, app, installation } = read;
  lacks(file, "github", {
    repository,
    ...(app === undefined ? {} : { installation }),
    ...(installation === undefined ? {} : { app }),
  });
  if (repository === undefined) return undefined;
  const [owner = "", repo = ""] = repository.split("/");
  return {
    owner,
    repo,
    apiUrl: read.api.replace(/\/+$/, ""),
    app: app === undefined || installation === undefined ? null : { id: app, installation },
    workflow: read.workflow,
    verifyWorkflow: read.verify_workflow,
    requiresSignatures: read.require_signatures === "yes",
  };
}

function readSlack(file: SettingsFile): SlackSettings | undefined {
  const read = readSection(file, "slack", botFields.slack);
  const { team, app, channel } = read;
  lacks(file, "slack", { team, app, channel });
  if (team === undefined || app === undefined || channel === undefined) return undefined;
  return {
    mode: read.mode,
    team,
    enterprise: read.enterprise ?? null,
    app,
    channel,
    host: read.host,
    port: read.port,
  };
}

function readTimes(file: SettingsFile): ControllerTimes {
  const read = readSection(file, "controller", botFields.controller);
  return {
    ticketLifeSeconds: read.ticket_life,
    pollSeconds: read.poll,
    answerSeconds: read.answer,
    searchSeconds: read.search,
    retrySeconds: read.retry,
    startSeconds: read.start,
    abortSeconds: read.abort,
    rehearsalSeconds: read.rehearsal,
    freshSeconds: read.fresh,
    remindSeconds: read.remind,
  };
}
