import { createAppAuth } from "@octokit/auth-app";
import { request } from "@octokit/request";
import type { GithubSettings } from "../src/core/rollout/bot-settings.ts";
import { HardenError } from "../src/core/harden-error.ts";
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
    } catch {
      // The vendor's error holds the request, and with it a token.
      throw new HardenError(
        "broke",
        "GitHub gave no token for the App's installation",
        "See that GITHUB_APP_KEY is a key of the App, and that app and installation in bot.ini are its numbers.",
      );
    }
  };
}
