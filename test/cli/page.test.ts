import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { runDeno, runNode, startNode } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { makeKeyPair, serveHttps } from "../support/harness/tls-server.ts";

const example = fileURLToPath(new URL("../../examples/config-repo", import.meta.url));

/** A page made by one runtime, after a check that the other makes the same bytes. */
function renderPage(args: readonly string[], cwd = example): string {
  const [node, deno] = [runNode, runDeno].map((run) =>
    run(["check", "--format", "html", ...args], { cwd }),
  );
  expect([node?.status, node?.stderr]).toEqual([1, ""]);
  expect(deno?.stdout).toBe(node?.stdout);
  return node?.stdout ?? "";
}

function readList(page: string): string {
  const [, drawn = ""] = /<details class="inputs">.*?<pre[^>]*>(.*?)\n*<\/pre>/s.exec(page) ?? [];
  return `${drawn.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))}\n`;
}

test.skipIf(!hasPeer("sha256sum", "--version"))(
  "sha256sum can check its list of inputs, and its digest identifies the list",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "page-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(example, folder, { recursive: true });
    cpSync(join(folder, "hosts/rds-munich"), join(folder, "hosts/a \\ <b>"), { recursive: true });
    const page = renderPage([], folder);
    const list = readList(page);
    expect(page).toContain(`<code>${createHash("sha256").update(list).digest("hex")}</code>`);
    const read = Array.from(list.matchAll(/ {2}(.+)$/gm), ([, path]) => path);
    for (const path of [
      "sesam-harden.ini",
      "hosts/rds-munich/stpd.ini",
      "hosts/sesam-server/interfaces.json",
    ]) {
      expect(read).toContain(path);
    }
    const options = { cwd: folder, input: list, encoding: "utf8" } as const;
    const { status, stdout } = spawnSync("sha256sum", ["-c"], options);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/hosts\/a \\+ <b>\/stpd\.ini: OK/)]);
  },
);

test("contains no day or commit that was not given", () => {
  expect(renderPage([]).match(/not given/g)).toHaveLength(2);
  const told = renderPage(["--as-of", "2026-11-30", "--commit", "0123abc"]);
  expect(told).toContain("<span>as of 2026-11-30</span>");
  expect(told).toContain("<code>0123abc</code>");
  const wrong = runNode(["check", "--commit", "HEAD"], { cwd: example });
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("invalid value 'HEAD'"),
  ]);
});

test("is written to a file in addition to another report, and shows the changes of the fixes", () => {
  const folder = writeFleet({ "a/stpd.ini": `${priorityIni(vendorPriority)}STPD_PORT=11001\n` });
  const { stdout } = runNode(["check", "--output", "html=page.html"], { cwd: folder });
  expect(stdout).toContain("1 partial");
  const page = readFileSync(join(folder, "page.html"), "utf8");
  expect(page).toContain('<span class="added">+# STPD_PORT=11001\n</span>');
});

test("for verify it shows the scan, and evaluates certificates as of the day", async () => {
  const port = await serveHttps(makeKeyPair());
  const folder = writeFleet({
    "db1/stpd.ini": priorityIni(vendorPriority).replace("11443", String(port)),
    "db1/host.ini": "address = 127.0.0.1\nenvironment = lab\n",
  });
  const args = ["verify", folder, "--format", "html", "--as-of"];
  const verify = async (day: string): Promise<string> => (await startNode([...args, day])).stdout;
  const today = await verify(new Date().toISOString().slice(0, 10));
  expect(today).toContain('<h2 id="wire-title">');
  expect(today).toContain(`<span class="seen good">open</span> <small>${port}</small>`);
  expect(today).toContain("CN=localhost, localhost, 127.0.0.1");
  expect(today).not.toContain('href="#rule-wire-certificate"');
  expect(await verify("2099-01-01")).toContain('href="#rule-wire-certificate"');
});
