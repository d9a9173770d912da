import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

const program = "/usr/bin/chromium";
const address = "http://fleet.test/";

/** Debian's Chromium; without it a test is skipped, unless REQUIRE_PEERS=1. */
export function hasChromium(): boolean {
  if (existsSync(program)) return true;
  if (process.env["REQUIRE_PEERS"] === "1") throw new Error(`the tests need ${program} here`);
  return false;
}

/** A browser that reaches only what a test gives it. */
export function startChromium(): Promise<Browser> {
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND"];
  // Root, who runs the tests in a container, cannot use Chromium's sandbox.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath: program, args });
}

export interface Visit {
  readonly width?: number;
  readonly theme?: "light" | "dark";
  readonly script?: boolean;
  readonly hash?: string;
}

export interface Visited {
  readonly page: Page;
  /** Requests other than the page itself, dialogs, errors, and what the policy blocked. */
  readonly trouble: readonly string[];
}

/** Opens a page like a web server would serve it. */
export async function visit(
  browser: Browser,
  html: string,
  { width = 1280, theme = "light", script = true, hash = "" }: Visit = {},
): Promise<Visited> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    javaScriptEnabled: script,
    reducedMotion: "reduce",
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("dialog", (dialog) => {
    trouble.push(dialog.message());
    void dialog.dismiss();
  });
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === address) {
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
    }
    trouble.push(url);
    return route.abort();
  });
  await page.goto(address + hash);
  return { page, trouble };
}
