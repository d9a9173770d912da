import { createPrivateKey } from "node:crypto";
import { App, Octokit } from "octokit";
import { explainGithubError, misread, readAnswer } from "../../src/adapters/github/error.ts";
import { silent, limitTime, type GithubAccess } from "../../src/adapters/github/client.ts";
import type { GithubSettings } from "./settings.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { needSecret, type SecretPorts } from "./secrets.ts";

/** Request timeout (ms). */
const timeoutMs = 20_000;

/**
 * The token for the config repo: an installation token of the App, renewed before it expires and
 * after GitHub refused it, or a given token. The library corrects a wrong clock by GitHub's time.
 * Throws HardenError `settings` if there is none.
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
      // The plugins would repeat unanswered requests up to four times, including a dispatch.
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
      // The library caches any answer, even an invalid one.
      isUsable = typeof token === "string" && token !== "";
      if (typeof token === "string" && isUsable) return token;
    } catch (error) {
      if (!isKey(privateKey)) throw refuseKey();
      throw explainToken(error, settings, apiUrl);
    }
    throw explainToken(undefined, settings, apiUrl);
  };
}

/** Like the library, accepts a backslash and an n as line end, which is common in variables. */
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
    "GITHUB_APP_KEY is not a valid private key",
    "Use the file downloaded from GitHub without changes.",
  );
}

/** GitHub's message for a token signed with a wrong clock; it has no error code. */
const clockRefusal = /claim \('(exp|iat)'\)/;

/** The library's error contains the request, and with it a token, so only parts of it are shown. */
function explainToken(
  error: unknown,
  { id, installation }: NonNullable<GithubSettings["app"]>,
  apiUrl: string,
): HardenError {
  const isClock = readAnswer(error).said.some((text) => clockRefusal.test(text));
  const request = `POST /app/installations/${installation}/access_tokens`;
  const advice = {
    token: isClock
      ? "Set the clock, preferably by NTP, and check that no proxy between the bot and GitHub removes or caches the Date header."
      : `Check that GITHUB_APP_KEY is a key of App ${id}, and that app in bot.ini is its App ID.`,
    access:
      "Check that installation in bot.ini is the id of the App's installation, and that it is not suspended.",
    again: `Retry later, and check that this machine can connect to ${apiUrl}, or set a proxy.`,
  };
  // The library accepts any answer as GitHub's and fails on its content.
  const isAnswered = error instanceof Error && error.name === "HttpError";
  const explained = isAnswered
    ? explainGithubError(error, { request, advice })
    : misread(200, request, advice);
  const { message, next } = explained;
  // The config repo was not contacted, whatever the result of this request.
  return new HardenError(
    "broke",
    isClock
      ? `the clock of the bot's machine is wrong: ${message}`
      : `cannot get an installation token for the App: ${message}`,
    next,
  );
}
