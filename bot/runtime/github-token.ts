import { createPrivateKey } from "node:crypto";
import { App, Octokit } from "octokit";
import { explainGithubError, misread, readAnswer } from "../../src/adapters/github/error.ts";
import { silent, limitTime, type GithubAccess } from "../../src/adapters/github/client.ts";
import type { GithubSettings } from "./settings.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { needSecret, type SecretPorts } from "./secrets.ts";

/** Milliseconds after which an answer is no longer waited for. */
const timeoutMs = 20_000;

/**
 * The token of the config repo: of the App's installation, made anew before it ends and where GitHub
 * refused it, or one that was given. A wrong clock is corrected by GitHub's own. Throws HardenError
 * `settings` where there is none.
 */
export function openGithubToken(
  { app: settings, apiUrl }: GithubSettings,
  ports: SecretPorts,
  ask: typeof fetch,
): GithubAccess["token"] {
  if (settings === null) return needSecret("GITHUB_TOKEN", ports);
  const privateKey = needSecret("GITHUB_APP_KEY", ports);
  const app = new App({
    appId: settings.id,
    privateKey,
    log: silent,
    Octokit: Octokit.defaults({
      baseUrl: apiUrl.replace(/\/$/, ""),
      userAgent: "sesam-harden",
      request: { fetch: limitTime(ask, timeoutMs) },
      log: silent,
      // They would send four times what was not answered, a dispatch too.
      retry: { enabled: false },
      throttle: { enabled: false },
    }),
  });
  let isUsable = true;
  return async (isRefused) => {
    try {
      const octokit = await app.getInstallationOctokit(settings.installation);
      const refresh = isRefused || !isUsable;
      const auth = await octokit.auth({ type: "installation", refresh });
      const { token } = auth as { readonly token: unknown };
      // The App keeps whatever came as the answer.
      isUsable = typeof token === "string" && token !== "";
      if (typeof token === "string" && isUsable) return token;
    } catch (error) {
      if (!isKey(privateKey)) throw refuseKey();
      throw explainToken(error, settings, apiUrl);
    }
    throw explainToken(undefined, settings, apiUrl);
  };
}

/** As the App reads it: lines may be divided by a backslash and an n, as variables often have them. */
function isKey(text: string): boolean {
  try {
    createPrivateKey(text.replaceAll("\\n", "\n"));
    return true;
  } catch {
    return false;
  }
}

function refuseKey(): HardenError {
  return new HardenError(
    "broke",
    "GITHUB_APP_KEY is no private key that can be read",
    "Give it the file that GitHub let you download, as it is.",
  );
}

/** How GitHub refuses what was signed too early or too late by its own clock; it has no code for it. */
const clockRefusal = /claim \('(exp|iat)'\)/;

/** The vendor's error holds the request, and with it a token, so that nothing else of it is told. */
function explainToken(
  error: unknown,
  { id, installation }: NonNullable<GithubSettings["app"]>,
  apiUrl: string,
): HardenError {
  const isClock = readAnswer(error).said.some((text) => clockRefusal.test(text));
  const request = `POST /app/installations/${installation}/access_tokens`;
  const advice = {
    token: isClock
      ? "Set it, best by NTP, and see that nothing between the bot and GitHub removes or keeps the header Date."
      : `See that GITHUB_APP_KEY is a key of the App ${id}, and that app in bot.ini is its number.`,
    access:
      "See that installation in bot.ini is the number of the App's installation, and that it was not suspended.",
    again: `Try it again later, and see that this machine may connect to ${apiUrl}, also by a proxy.`,
  };
  // The App takes any answer for one of GitHub's, and fails at what is in it.
  const isAnswered = error instanceof Error && error.name === "HttpError";
  const explained = isAnswered
    ? explainGithubError(error, { request, advice })
    : misread(200, request, advice);
  const { message, next } = explained;
  // Nothing was asked of the config repo, for sure, whatever became of this request.
  return new HardenError(
    "broke",
    isClock
      ? `the clock of the bot's machine is wrong: ${message}`
      : `${message}, so there is no token for the App's installation`,
    next,
  );
}
