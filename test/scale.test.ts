import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const top = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(`${top}docs/scale.md`, "utf8");

/** Cells of every line of a table, except the separator line. */
function readRows(page: string): readonly (readonly string[])[] {
  const lines = page.split("\n").filter((line) => /^\|(?! *-+:? *\|)/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("docs/scale.md contains the command that measures its tables", () => {
  const [, path = ""] = /^ {4}node (\S+)$/m.exec(text) ?? [];
  expect(existsSync(`${top}${path}`)).toBe(true);
  const args = [`${top}${path}`, "--hosts", "10", "--rollouts", "0"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const heads = readRows(stdout).filter(([first]) => first === "hosts");
  expect(heads.length, stderr).toBe(2);
  const shown = readRows(text);
  for (const head of heads) expect(shown).toContainEqual(head);
});

test("both tables of docs/scale.md list the fleets and histories of the command", () => {
  const sizes = ["10", "100", "1,000"];
  const pairs = sizes.flatMap((hosts) =>
    ["0", "100", "1,000", "10,000"].map((rollouts) => `${hosts} ${rollouts}`),
  );
  const rows = readRows(text).filter(([first = ""]) => sizes.includes(first));
  expect(rows.map(([hosts, rollouts]) => `${hosts} ${rollouts}`)).toEqual([...pairs, ...pairs]);
});
