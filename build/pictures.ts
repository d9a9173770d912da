/**
 * Takes the pictures of docs/pictures from the page of the example fleet: `node build/pictures.ts`,
 * after a build, where Debian's chromium is installed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";

const pathTo = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const { stdout, stderr } = spawnSync(
  process.execPath,
  [pathTo("dist/index.js"), "check", "--format", "html", pathTo("examples/config-repo")],
  { encoding: "utf8" },
);
if (stdout === "") throw new Error(`there is no page: ${stderr}`);

// Chromium's sandbox does not work as root.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
mkdirSync(pathTo("docs/pictures"), { recursive: true });
const open = async (colorScheme: "light" | "dark", height: number): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme });
  await page.setContent(stdout);
  return page;
};
for (const theme of ["light", "dark"] as const) {
  const page = await open(theme, 1270);
  await page.screenshot({ path: pathTo(`docs/pictures/fleet-${theme}.png`) });
}
const page = await open("light", 720);
await page.evaluate("location.hash = 'h1'");
await page.waitForSelector("#h1[open]");
await page.evaluate("document.activeElement.blur()");
await page.screenshot({ path: pathTo("docs/pictures/findings.png") });
await browser.close();
