import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasChromium, startChromium, visit } from "../../support/harness/browser.ts";
import type { Fleet } from "../../support/builders/fleets.ts";
import {
  renderChanged,
  renderFleet,
  renderStatus,
  renderVerified,
  makeFleet,
} from "../../support/builders/pages.ts";

const canBrowse = hasChromium();
let browser: Browser;
beforeAll(async () => {
  if (canBrowse) browser = await startChromium();
});
afterAll(async () => {
  if (canBrowse) await browser.close();
});

const fleet = makeFleet(24);
const axe = readFileSync(
  new URL("../../../node_modules/axe-core/axe.min.js", import.meta.url),
  "utf8",
);

/** Including nested details. */
async function openAll(page: Page): Promise<void> {
  const closed = page.locator("details:not([open])");
  while ((await closed.count()) > 0) {
    await closed.evaluateAll((parts) => parts.forEach((part) => part.setAttribute("open", "")));
    await page.waitForFunction("!document.querySelector('details[open] > noscript')");
  }
}

/** Objections of axe, as rule and element, with all details open. */
async function listObjections(page: Page): Promise<readonly string[]> {
  await openAll(page);
  await page.evaluate(axe);
  // Added by axe itself.
  const { violations, passes }: AxeResults = await page.evaluate("axe.run()");
  expect(passes.map(({ id }) => id)).toContain("color-contrast");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const pages = [
  ["check", renderFleet(fleet)],
  ["since", renderChanged({ ...fleet, "hosts/gone/stpd.ini": "[STPD_Server]\n" }, makeFleet(23))],
  ["verify", renderVerified(12)],
  ["status", renderStatus(14)],
  ["a clean fleet", renderFleet({ "a/stpd.ini": makeFleet(1)["hosts/sap-0000/stpd.ini"] ?? "" })],
] as const;
const looks = (["light", "dark"] as const).flatMap((theme) =>
  [1280, 768, 360].map((width) => ({ theme, width })),
);

test.skipIf(!canBrowse).each(looks)(
  "axe has no objections, no request is sent, and it fits: $theme, $width wide",
  async (look) => {
    for (const [name, html] of pages) {
      const { page, trouble } = await visit(browser, html, look);
      expect(await page.locator("output").textContent(), name).toMatch(/^\d+ of \d+ hosts?$/);
      expect(await listObjections(page), name).toEqual([]);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, name).toBeLessThanOrEqual(look.width);
      expect(trouble, name).toEqual([]);
    }
  },
);

const shownHosts = (page: Page): Promise<readonly string[]> =>
  page.locator(".matrix tbody tr:visible th").allTextContents();
const count = (page: Page, query: string): Promise<number> => page.locator(query).count();

test.skipIf(!canBrowse)("names that look like markup are shown as text", async () => {
  const names = [
    "<img src=x onerror=alert(1)>",
    `"><script>alert(1)<\u2215script>`,
    "' autofocus onfocus='alert(1)",
    "&lt;b&gt;${1}",
  ];
  const files: Fleet = Object.fromEntries(
    names.map((name) => [
      `hosts/${name}/stpd.ini`,
      `[STPD_Server]\n<b>${name}=1\nSTPD_PORT=11001\n`,
    ]),
  );
  const { page, trouble } = await visit(browser, renderFleet(files));
  expect((await shownHosts(page)).toSorted()).toEqual(names.toSorted());
  expect(await page.locator(".host h3").allTextContents()).toEqual(await shownHosts(page));
  expect(await count(page, "img, b b, script")).toBe(1);
  await openAll(page);
  expect(await page.locator("pre", { hasText: "<b>&lt;b&gt;" }).count()).toBeGreaterThan(0);
  expect(trouble).toEqual([]);
});

test.skipIf(!canBrowse)(
  "text, environment, verdict and rule filter hosts and findings",
  async () => {
    const { page } = await visit(browser, renderFleet(fleet));
    const output = page.locator("output");
    const reset = page.locator("button[type=reset]");
    await expect.poll(() => output.textContent()).toBe("24 of 24 hosts");
    expect(await reset.isDisabled()).toBe(true);
    await page.keyboard.press("/");
    await page.keyboard.type("SAP lab");
    await expect.poll(() => output.textContent()).toBe("1 of 24 hosts");
    expect(await shownHosts(page)).toEqual(["sap-0007"]);
    expect(await page.locator(".host:visible h3").allTextContents()).toEqual([
      "rds-0001, rds-0005 and 6 more",
    ]);
    await page.keyboard.press("Escape");
    await expect.poll(() => output.textContent()).toBe("24 of 24 hosts");
    await page.selectOption("[name=verdict]", "plaintext");
    await page.selectOption("[name=environment]", { label: "lab" });
    await expect.poll(async () => (await shownHosts(page)).join()).toBe("rds-0003,rds-0015");
    await page.selectOption("[name=rule]", "tls-priority-invalid");
    await page.locator(".host:visible summary").first().click();
    const found = page.locator(".finding:visible");
    await expect
      .poll(() => found.evaluateAll((all) => all.map((one) => one.getAttribute("data-r"))))
      .toEqual(["tls-priority-invalid"]);
    await page.fill("[name=text]", "nobody");
    await expect.poll(() => output.textContent()).toBe("0 of 24 hosts");
    expect(await page.locator(".empty").isVisible()).toBe(true);
    await reset.click();
    await expect.poll(() => output.textContent()).toBe("24 of 24 hosts");
    expect(await page.locator(".empty").isVisible()).toBe(false);
    // A finding that is only suppressed counts for its rule, and leaves no empty host below.
    await page.selectOption("[name=rule]", "http-port-open");
    const shown = await shownHosts(page);
    const hidden = page.locator(".suppressed tbody tr:visible th");
    expect(await hidden.allTextContents()).toEqual(["rds-0002, rds-0004 and 6 more"]);
    const groups = await page.locator(".host:visible h3").allTextContents();
    expect(groups).toEqual(["rds-0003, rds-0009 and 2 more", "rds-0001, rds-0005 and 6 more"]);
    expect(shown).toHaveLength(20);
  },
);

test.skipIf(!canBrowse)(
  "clicking a heading sorts in both directions, and the heading shows it",
  async () => {
    const { page } = await visit(browser, renderFleet(fleet));
    const names = Object.keys(fleet)
      .filter((path) => path.endsWith("stpd.ini"))
      .map((path) => path.split("/")[1]);
    const head = page.locator(".matrix thead th");
    await head.first().getByRole("button").click();
    expect(await shownHosts(page)).toEqual(names.toSorted());
    expect(await head.first().getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await shownHosts(page)).toEqual(names.toSorted().toReversed());
    expect(await head.first().getAttribute("aria-sort")).toBe("descending");
    await head.nth(2).getByRole("button").click();
    const verdicts = await page.locator(".matrix tbody .verdict").allTextContents();
    expect([...new Set(verdicts)]).toEqual(["plaintext", "partial", "hardened"]);
    await page.getByRole("button", { name: "http-port-open" }).click();
    const cells = await page
      .locator(".matrix tbody tr")
      .evaluateAll((rows) => rows.map((row) => row.querySelectorAll("td")[3]?.textContent ?? ""));
    expect([...new Set(cells)]).toEqual(["1 error", "1 suppressed", ""]);
    expect(await count(page, "[aria-sort]")).toBe(1);
  },
);

test.skipIf(!canBrowse)(
  "the table is one tab stop, and arrow keys reach each finding",
  async () => {
    const { page } = await visit(browser, renderFleet(fleet));
    expect(await count(page, ".matrix tbody a[tabindex='0']")).toBe(1);
    const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");
    const [first = "", second = ""] = await shownHosts(page);
    await page.locator(".matrix thead button").last().focus();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(first);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(second);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("1 error");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe(first);
    await page.keyboard.press("End");
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(":focus").getAttribute("class")).toBe("finding");
    expect(await page.locator("details.host[open] h3").allTextContents()).toEqual([
      expect.stringContaining(first),
    ]);
    expect(await page.locator(":focus").isVisible()).toBe(true);
    await page.goto(`${page.url().replace(/#.*/, "")}#h0`);
    await expect.poll(() => focused()).toContain(first);
  },
);

test.skipIf(!canBrowse)(
  "a thousand hosts are filtered, sorted and printed like a few",
  async () => {
    const { page, trouble } = await visit(browser, renderFleet(makeFleet(1000)));
    const output = page.locator("output");
    expect(await output.textContent()).toBe("1000 of 1000 hosts");
    await page.fill("[name=text]", "sap-00");
    await expect.poll(() => output.textContent()).toBe("15 of 1000 hosts");
    await page.locator(".matrix thead button").first().click();
    const shown = await shownHosts(page);
    expect(shown).toEqual(shown.toSorted());
    await page.evaluate(`addEventListener("beforeprint", () => {
      const open = [...document.querySelectorAll("details.host[open]")];
      const shown = open.filter((one) => one.checkVisibility());
      const named = shown.filter((one) => one.querySelector(".names[open] p"));
      document.title = open.length + " open, " + shown.length + " shown, " + named.length + " named";
    })`);
    const paper = await page.pdf({ format: "A4" });
    expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
    const groups = await page.locator(".host:visible").count();
    expect(await page.title()).toMatch(new RegExp(`^\\d+ open, ${groups} shown, ${groups} named$`));
    expect(await count(page, "details.host[open]")).toBe(0);
    expect(trouble).toEqual([]);
  },
);

test.skipIf(!canBrowse)("a thousand hosts that all differ stay below 15,000 elements", async () => {
  const differing = Object.entries(makeFleet(1000)).map(([path, text], index) => [
    path,
    text.replace("STPD_PORT=11001", `STPD_PORT=${11_001 + index}`),
  ]);
  const { page } = await visit(browser, renderFleet(Object.fromEntries(differing)));
  expect(await count(page, "*")).toBeLessThan(15_000);
  expect(await count(page, ".host")).toBeGreaterThan(600);
  await page.evaluate("document.querySelector('.scroll:has(.matrix)').scrollTop = 1e6");
  await expect.poll(() => count(page, ".matrix tbody tr")).toBe(200);
  await page.locator(".matrix tbody a").first().focus();
  await page.keyboard.press("End");
  expect(await page.locator(":focus").isVisible()).toBe(true);
  expect(await count(page, ".matrix tbody tr")).toBeGreaterThan(800);
});

test.skipIf(!canBrowse)(
  "hosts with the same findings share a group, which lists them",
  async () => {
    const { page } = await visit(browser, renderFleet(fleet));
    const group = page.locator(".host", { hasText: "rds-0003, rds-0009 and 2 more" });
    await group.locator("summary").first().click();
    await group.locator(".names summary").click();
    expect(await group.locator(".names p").textContent()).toBe(
      "rds-0003, rds-0009, rds-0015, sap-0021",
    );
    expect(await page.locator("tfoot tr:has-text('Fleet') a.cell").count()).toBe(1);
  },
);

test.skipIf(!canBrowse)("each host's entry says what its verdict assumes", async () => {
  const files = {
    ...makeFleet(4),
    "hosts/sap-0000/host.ini": "version = 5.1.0.14\ngnutls = 3.8\n",
    "hosts/full/stpd.ini": makeFleet(1)["hosts/sap-0000/stpd.ini"] ?? "",
    "hosts/full/host.ini": "role = rds\nversion = 5.1.0.14\ngnutls = 3.8\nos = linux\n",
  };
  const { page } = await visit(browser, renderFleet(files));
  const assumed = async (name: string): Promise<string | null> => {
    await page.locator(".matrix").getByRole("link", { name, exact: true }).click();
    return page.locator(".host[open]", { hasText: name }).locator(".assumed").textContent();
  };
  const windows = "the host is not Windows without AVX";
  expect(await assumed("sap-0000")).toBe(`The verdict assumes: ${windows}.`);
  expect(await page.locator(".host[open] .clean").textContent()).toBe("No findings.");
  expect(await assumed("rds-0001")).toContain(`${windows}; the host runs SEP sesam 5.1.0`);
  expect(await count(page, ".matrix th:has-text('full') a")).toBe(0);
});

test.skipIf(!canBrowse)(
  "at 360 pixels every table except the map shows all its content",
  async () => {
    const { page } = await visit(browser, renderFleet(fleet), { width: 360 });
    const cut = await page
      .locator(".scroll:not(:has(.matrix))")
      .evaluateAll((all) =>
        all.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.innerHTML),
      );
    expect(cut).toEqual([]);
    const label = await page.evaluate(
      "getComputedStyle(document.querySelector('.environments td.number'), '::after').content",
    );
    expect(label).toBe('" hosts"');
  },
);

test.skipIf(!canBrowse)(
  "no select is truncated, and few rules stay next to the verdict",
  async () => {
    const broken = { ...fleet, "hosts/broken/stpd.ini": "<<<<<<< HEAD\n" };
    const { page } = await visit(browser, renderFleet(broken), { width: 768 });
    const boxes = page.locator(".scroll:not(:has(.matrix))");
    const cut = await boxes.evaluateAll((all) =>
      all.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.textContent),
    );
    expect(cut).toEqual([]);
    const widths = await page
      .locator("#filter select")
      .evaluateAll((all) => all.map((one) => one.clientWidth));
    expect(Math.min(...widths)).toBeGreaterThan(100);
    await page.setViewportSize({ width: 1280, height: 900 });
    const rule = await page.locator(".matrix thead th.rule").first().boundingBox();
    expect(rule?.x).toBeLessThan(700);
  },
);

test.skipIf(!canBrowse)(
  "a link stores filter and order, and the history returns to the previous state",
  async () => {
    const html = renderFleet(fleet);
    const { page } = await visit(browser, html);
    const output = page.locator("output");
    await page.selectOption("[name=environment]", "lab");
    await page.selectOption("[name=verdict]", "plaintext");
    const head = page.locator(".matrix thead button").first();
    await head.click();
    await head.click();
    const { hash } = new URL(page.url());
    expect(hash).toBe("#?environment=lab&verdict=plaintext&sort=-Host");
    expect(await shownHosts(page)).toEqual(["rds-0015", "rds-0003"]);
    const { page: other } = await visit(browser, html, { hash });
    expect(await shownHosts(other)).toEqual(["rds-0015", "rds-0003"]);
    expect(await other.locator("[name=environment]").inputValue()).toBe("lab");
    for (let back = 0; back < 3; back++) await page.goBack();
    await expect.poll(() => output.textContent()).toBe("6 of 24 hosts");
    await page.goBack();
    await expect.poll(() => output.textContent()).toBe("24 of 24 hosts");
    await page.goForward();
    await expect.poll(() => output.textContent()).toBe("6 of 24 hosts");
  },
);

test.skipIf(!canBrowse)("copies commands, and CSV contains the visible hosts", async () => {
  const name = "=1+1";
  const files = { ...fleet, [`hosts/${name}/stpd.ini`]: "[STPD_Server]\nSTPD_PORT=11001\n" };
  const { page, trouble } = await visit(browser, renderFleet(files));
  const command = page.locator(".first tr", { hasText: "ftp-port-open" });
  await command.getByRole("button", { name: "Copy" }).click();
  const selected = await page.evaluate<string>("String(getSelection())");
  expect(selected.trim()).toBe("sesam-harden fix --rule ftp-port-open");
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
  expect(await page.locator(".matrix thead button").first().isVisible()).toBe(true);
  await page.emulateMedia({ media: "screen" });
  await page.fill("[name=text]", name);
  await expect.poll(() => page.locator("output").textContent()).toBe("1 of 25 hosts");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^"Host","Environment","Verdict","/);
  expect(lines[1]).toMatch(/^"'=1\+1","none","plaintext",.*"1 error"/);
  expect(trouble).toEqual([]);
});

test.skipIf(!canBrowse)("rules by number of hosts come with a command or with advice", async () => {
  const { page } = await visit(browser, renderFleet(fleet));
  const rows = await page.locator(".first tbody tr").allTextContents();
  const counts = rows.map((row) => Number(/(\d+) hosts?/.exec(row)?.[1] ?? 0));
  expect(counts).toEqual(counts.toSorted((left, right) => right - left));
  expect(rows.find((row) => row.startsWith("fleet-disagreement"))).toContain("Change the named");
  const link = await page.locator(".rules a").first().getAttribute("href");
  expect(link).toMatch(/docs\/rules\/[a-z-]+\.md$/);
  await page.locator(".assumptions summary").first().click();
  expect(await page.locator(".assumptions p").first().textContent()).toContain("rds-0001");
});

test.skipIf(!canBrowse)("new and fixed findings link to their host", async () => {
  const [first = "", , third = ""] = Object.keys(fleet);
  const now = { ...fleet, [third]: "<<<<<<< HEAD\n" };
  const { page } = await visit(
    browser,
    renderChanged({ ...fleet, [first]: "[STPD_Server]\n" }, now),
  );
  const panel = page.locator("#since");
  const said = (await panel.textContent()) ?? "";
  expect(said).toMatch(/Since the earlier report: \d+ new; \d+ fixed; \d+ not reported/);
  expect(said).toContain("Not fixed: a host is unknown now");
  await panel.getByRole("link", { name: "rds-0001" }).first().click();
  const heading = page.locator("details.host[open] h3");
  await expect.poll(() => heading.allTextContents()).toEqual(["rds-0001"]);
  expect(await page.getByRole("link", { name: "Since last time" }).count()).toBe(1);
});

test.skipIf(!canBrowse)(
  "a status shows rollouts with waves and people, and stacked verdicts",
  async () => {
    const { page } = await visit(browser, renderStatus(14));
    const row = page.locator(".timeline tbody tr").first();
    const said = (await row.textContent()) ?? "";
    for (const part of [
      "2026-11-1",
      "succeeded",
      "Wave 3",
      "soak 100 s",
      "anna requested",
      "carl approved",
    ]) {
      expect(said).toContain(part);
    }
    const trend = await page.locator("#trend .panel").textContent();
    expect(trend).toContain(
      "Since the scan of 2026-12-26T08:00:00Z: hardened 4 (was 3), partial 4 (was 3), unknown 4 (was 2).",
    );
    const areas = page.locator(".trend polygon");
    const shown = await areas.evaluateAll((all) => all.map((one) => one.getAttribute("class")));
    expect(shown).toEqual(["hardened", "partial", "unknown"]);
    expect(await page.locator("table.trend thead th").count()).toBe(6);
  },
);

test.skipIf(!canBrowse)("without its script everything works except the filter", async () => {
  const { page, trouble } = await visit(browser, renderFleet(fleet), { script: false });
  expect(await page.locator("#filter").isVisible()).toBe(false);
  expect(await page.locator(".matrix tbody tr:visible").count()).toBe(24);
  await page.locator(".matrix tbody a.cell").first().click();
  expect(await page.locator(".finding:visible").count()).toBeGreaterThan(1);
  expect(await page.locator("details.host[open]").count()).toBe(1);
  expect(trouble).toEqual([]);
});
