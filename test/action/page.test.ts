import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { runStep } from "../support/harness/runner.ts";

const fleet = { "a/stpd.ini": `${priorityIni(vendorPriority)}STPD_PORT=11001\n` };

test("the page of a step names its commit and its day", () => {
  const workspace = writeFleet(fleet);
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const draw = (sha: string): string => {
    expect(runStep({ output: "html=page.html" }, workspace, { GITHUB_SHA: sha }).status).toBe(1);
    return readFileSync(join(workspace, "page.html"), "utf8");
  };
  const page = draw(commit);
  expect(page).toContain(`<dd>${commit}</dd>`);
  expect(page).toMatch(/<span>as of \d{4}-\d\d-\d\d<\/span>/);
  expect(page).toMatch(/[0-9a-f]{64} {2}a\/stpd\.ini\n/);
  expect(draw("<b>")).toContain("<dt>Commit</dt><dd><em>not given</em></dd>");
});

test("html is refused as log format", () => {
  const { status, commands } = runStep({ format: "html" }, writeFleet(fleet));
  expect(status).toBe(2);
  expect(commands.map(({ message }) => message).join()).toContain(
    "invalid value 'html' for format (expected text, concise, json",
  );
});

test("the summary and the log say what changed since an earlier report", () => {
  const workspace = writeFleet({ ...fleet, "b/stpd.ini": fleet["a/stpd.ini"] });
  runStep({ output: "json=last.json" }, workspace);
  writeFileSync(join(workspace, "a/stpd.ini"), priorityIni(vendorPriority));
  const { status, summary, raw } = runStep({ since: "last.json", format: "github" }, workspace);
  expect(status).toBe(1);
  for (const text of [summary, raw]) {
    expect(text).toMatch(/^(- )?Fixed(:|&#58;) ftp-port-open on a\.$/m);
  }
  const missing = runStep({ since: "none.json" }, workspace);
  expect(missing.status).toBe(2);
  const verify = runStep({ since: "last.json", command: "verify" }, workspace);
  expect([verify.status, verify.commands.map(({ message }) => message).join()]).toEqual([
    2,
    expect.stringContaining("the input since works only with command check"),
  ]);
});
