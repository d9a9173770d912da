import { createAppAuth } from "@octokit/auth-app";
import { request } from "@octokit/request";
import { explainGithubError } from "../../src/adapters/github/error.ts";
import type { GithubSettings } from "./settings.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { needSecret, type SecretPorts } from "./secrets.ts";

/**
 * The token of the config repo: of the App's installation, made anew before it ends, or one that
 * was given. Throws HardenError `settings` where there is none.
 */
export function openGithubToken(
  { app, apiUrl }: GithubSettings,
  ports: SecretPorts,
  ask: typeof fetch,
): string | (() => Promise<string>) {
  if (app === null) return needSecret("GITHUB_TOKEN", ports);
  const privateKey = needSecret("GITHUB_APP_KEY", ports);
  const auth = createAppAuth({
    appId: app.id,
    installationId: app.installation,
    privateKey,
    request: request.defaults({ baseUrl: apiUrl, request: { fetch: ask } }),
  });
  return async () => {
    try {
      return (await auth({ type: "installation" })).token;
    } catch (error) {
      throw explainToken(error, app, apiUrl);
    }
  };
}

/** The vendor's error holds the request, and with it a token, so that nothing else of it is told. */
function explainToken(
  error: unknown,
  { id, installation }: NonNullable<GithubSettings["app"]>,
  apiUrl: string,
): HardenError {
  const isAnswer = error instanceof Error && error.name === "HttpError";
  if (!isAnswer) {
    return new HardenError(
      "broke",
      "GITHUB_APP_KEY is no private key that can be read",
      "Give it the file that GitHub let you download, as it is.",
    );
  }
  const { message, next } = explainGithubError(error, {
    request: `POST /app/installations/${installation}/access_tokens`,
    advice: {
      token: `See that GITHUB_APP_KEY is a key of the App ${id}, that app in bot.ini is its number, and that the clock of this machine is right.`,
      access:
        "See that installation in bot.ini is the number of the App's installation, and that it was not suspended.",
      again: `Try it again later, and see that this machine may connect to ${apiUrl}, also by a proxy.`,
    },
  });
  // Nothing was asked of the config repo, for sure, whatever became of this request.
  return new HardenError(
    "broke",
    `${message}, so there is no token for the App's installation`,
    next,
  );
}
