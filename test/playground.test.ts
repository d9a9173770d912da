import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildPlayground } from "../build/playground.ts";
import { evaluateText, isPriority } from "../playground/evaluate.ts";
import { vendorPriority } from "../src/core/gnutls/verdict.ts";
import { writeFleet } from "./support/builders/fleet.ts";
import { priorityIni } from "./support/builders/rules.ts";
import { hasChromium, startChromium, visit } from "./support/harness/browser.ts";
import { runNode } from "./support/harness/programs.ts";

const plain = "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n";
const samples = {
  plain,
  hardened: priorityIni(vendorPriority),
  crlf: plain.replaceAll("\n", "\r\n"),
  misplaced: `STPD_PORT=1\n${plain}`,
  weak: priorityIni("NORMAL:+3DES-CBC:-VERS-TLS1.0"),
  broken: "[STPD_Server\nSTPD_PORT=11001\n",
  foreign: "[Other]\nkey=1\n",
};

test.each(Object.entries(samples))("%s: reports the same as check and fix", (_, text) => {
  const folder = writeFleet({ "this-host/stpd.ini": text });
  const { stdout } = runNode(["check", "--format", "json"], { cwd: folder });
  const report = JSON.parse(stdout);
  const { verdict, findings, fixed } = evaluateText(text, "vendor");
  expect(verdict).toBe(report.hosts[0].verdict);
  expect(findings.map(({ rule, line, message }) => [rule, line, message])).toEqual(
    report.findings.map(({ rule, line, message }: Record<string, unknown>) => [
      rule,
      line,
      message,
    ]),
  );
  runNode(["fix", "--write"], { cwd: folder });
  expect(fixed ?? text).toBe(readFileSync(`${folder}/this-host/stpd.ini`, "utf8"));
});

test("the page is the build of the sources", async () => {
  const built = readFileSync(new URL("../dist/playground.html", import.meta.url), "utf8");
  expect((await buildPlayground()) === built, "run npm run build").toBe(true);
  expect(built).not.toMatch(/<(?:link|img|iframe)|src=|@import|url\(/);
});

test("one line without a setting is a priority string", () => {
  expect(isPriority(" NORMAL:-VERS-TLS1.0 ")).toBe(true);
  expect(isPriority("STPD_PORT=1")).toBe(false);
  expect(isPriority("[STPD_Server]")).toBe(false);
  const { kind, verdict, builds } = evaluateText('"NORMAL"', "vendor");
  expect([kind, verdict]).toEqual(["priority", "fail"]);
  expect(builds.map(({ builds: name }) => name)).toEqual(["GnuTLS 3.6, 3.7, 3.8"]);
  expect(Object.keys(builds[0]?.suites ?? {})).toContain("TLS1.1");
  expect(evaluateText(vendorPriority, "vendor").verdict).toBe("pass");
  expect(evaluateText("NORMAL:+NOPE", "vendor").builds[0]?.suites).toBeUndefined();
});

test.skipIf(!hasChromium())("the page checks pasted text, and sends no request", async () => {
  const html = readFileSync(new URL("../dist/playground.html", import.meta.url), "utf8");
  const browser = await startChromium();
  try {
    for (const [width, theme] of [
      [360, "light"],
      [1280, "dark"],
    ] as const) {
      const { page, trouble } = await visit(browser, html, { width, theme });
      await page.getByLabel("stpd.ini, or one priority string").fill(`${plain}# <img src=x>\n`);
      const result = page.locator("#output");
      expect(await result.locator(".verdict").textContent()).toBe("partial");
      expect(await result.locator("pre").textContent()).toContain("# STPD_PORT=11001\n");
      // A long line must not make the page wider than the screen.
      const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(wide)).toBe(0);
      await page.getByRole("button", { name: "Check this" }).click();
      expect(await result.locator(".verdict").textContent()).toBe("hardened");
      await page.getByLabel("Profile").selectOption("strict");
      expect(await result.textContent()).toContain("tls-forward-secrecy");
      await page.getByLabel("stpd.ini, or one priority string").fill("NORMAL");
      expect(await result.locator(".verdict").textContent()).toBe("fail");
      expect(await result.textContent()).toContain("GnuTLS 3.6, 3.7, 3.8: TLS1.3, TLS1.2, TLS1.1");
      expect(trouble).toEqual([]);
    }
  } finally {
    await browser.close();
  }
});
