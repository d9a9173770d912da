import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeDurably } from "../../../src/adapters/host-local/durable-file.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "durable-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("does not touch a file that another process with the same number is writing", () => {
  const folder = makeFolder();
  const path = join(folder, "journal.json");
  const foreign = `${path}.${process.pid}.new`;
  writeFileSync(foreign, "half of a jour");
  writeDurably(path, "first");
  expect(readFileSync(path, "utf8")).toBe("first");
  expect(readFileSync(foreign, "utf8")).toBe("half of a jour");
  expect(readdirSync(folder)).toHaveLength(2);
});
