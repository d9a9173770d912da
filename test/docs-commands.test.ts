import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { findCommand, optionKinds } from "../src/cli/option-kinds.ts";
import { commitAll, runGit } from "./support/harness/git.ts";
import { findDeno } from "./support/harness/programs.ts";

const top = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  "README.md",
  ...readdirSync(join(top, "docs")).flatMap((name) =>
    name.endsWith(".md") ? [`docs/${name}`] : [],
  ),
];

interface Shown {
  readonly page: string;
  /** As typed. */
  readonly line: string;
}

/** Every command line on a page, complete. */
function listCommands(): readonly Shown[] {
  return pages.flatMap((page) => {
    const text = readFileSync(join(top, page), "utf8").replaceAll(/\\\n\s+/g, "");
    const lines = text.matchAll(
      /^ {4,}((?:sudo )?(?:node (?:(?:dist|bot)\/|index\.js )|sesam-harden [a-z]|deno run ).*)$/gm,
    );
    return [...lines].map(([, line = ""]) => ({ page, line: line.trim() }));
  });
}

/**
 * Commands that can run here, with exit code; all others need a host, a network or root, so only
 * their options are checked.
 */
const codes: readonly (readonly [RegExp, number])[] = [
  [/ (check|verify)\b.*--write-baseline/, 0],
  [/ check hosts --baseline/, 0],
  [/ import copied-files --out fleet$/, 0],
  [/ check\b/, 1],
  [/ fix hosts --write/, 1],
  [/ fix\b/, 1],
  [/ priority\b/, 0],
  [/ explain host\b/, 1],
  [/ (rules|explain|help|version|completion)\b/, 0],
  [/ status\b/, 0],
  // No host has been seen here, so there is nothing to roll out.
  [/ plan production .*--records records\.json/, 1],
  [/ ledger ruleset\b/, 0],
];

/**
 * The example in the places that the pages assume: as `hosts`, as `config-repo`, and as a clone.
 */
function makeWorkplace(): string {
  const folder = mkdtempSync(join(tmpdir(), "docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(top, "examples/config-repo"), folder, { recursive: true });
  cpSync(join(top, "examples/config-repo"), join(folder, "config-repo"), { recursive: true });
  runGit(folder, "init", "--quiet", "--initial-branch=main");
  commitAll(folder);
  mkdirSync(join(folder, "dist"));
  symlinkSync(join(top, "dist/index.js"), join(folder, "dist/index.js"));
  const records = {
    schemaVersion: 1,
    repository: 123456789,
    ledger: null,
    environments: [],
    hosts: [],
  };
  writeFileSync(join(folder, "records.json"), JSON.stringify(records));
  return folder;
}

/** A directory of copied files, outside of any config repo, for the first hour. */
function makeDesk(): string {
  const folder = mkdtempSync(join(tmpdir(), "desk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const hosts = join(top, "examples/config-repo/hosts");
  for (const name of readdirSync(hosts)) {
    cpSync(join(hosts, name, "stpd.ini"), join(folder, "copied-files", name, "stpd.ini"));
  }
  cpSync(join(top, "dist/index.js"), join(folder, "dist/index.js"));
  return folder;
}

const commands = listCommands();
const kinds: Readonly<Record<string, object>> = optionKinds;

test("the pages show commands", () => {
  expect(commands.length).toBeGreaterThan(25);
  expect(new Set(commands.map(({ page }) => page)).size).toBeGreaterThan(6);
});

test("no command has a remark behind it, which an interactive zsh takes for arguments", () => {
  expect(commands.filter(({ line }) => line.includes(" #"))).toEqual([]);
});

test("every option on a page is valid", () => {
  const botHelp = readFileSync(join(top, "bot/main.ts"), "utf8");
  const wrong = commands.flatMap(({ page, line }) => {
    // Deno's permissions come before the program.
    const [, program = "", rest = ""] =
      /(?:^|[ /])(index\.js|main\.js|sesam-harden) ((?:[^|>]|\|(?! ))*)/.exec(line) ?? [];
    const words = rest.split(" ");
    const command = findCommand(words) ?? "";
    const known =
      program === "main.js"
        ? (botHelp.match(/--[a-z-]+/g) ?? [])
        : [
            ...Object.keys(kinds[command] ?? {}),
            "--help",
            ...(command === "" ? ["--version"] : []),
          ];
    const typed = words.filter((word) => /^--[a-z]/.test(word));
    return typed.flatMap((word) => {
      const [option = ""] = word.split("=");
      return known.includes(option) ? [] : [`${page}: ${command} ${option}`];
    });
  });
  expect(wrong).toEqual([]);
});

test("commands that need only files run as shown", () => {
  const folder = makeWorkplace();
  const desk = makeDesk();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const path of [".local/share/bash-completion", ".zfunc", ".config/fish"]) {
    mkdirSync(join(folder, path, "completions"), { recursive: true });
  }
  const deno = join(bin, "deno");
  writeFileSync(deno, `#!/bin/sh\nexec '${findDeno()}' "$@"\n`, { mode: 0o755 });
  writeFileSync(
    join(bin, "sesam-harden"),
    `#!/bin/sh\nexec '${process.execPath}' '${join(top, "dist/index.js")}' "$@"\n`,
    { mode: 0o755 },
  );
  const path = `${bin}:${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
  const seen = commands.flatMap(({ page, line }) => {
    const code = codes.find(([pattern]) => pattern.test(line))?.[1];
    if (code === undefined || /^sudo |--keys|[[]|\|/.test(line)) return [];
    const typed = line.replaceAll("NUMBER", "123456");
    const env = { PATH: path, HOME: folder, DENO_DIR: join(folder, "deno") };
    const { status, stderr } = spawnSync("sh", ["-c", typed], {
      cwd: typed.endsWith(" fleet") ? desk : folder,
      env,
      encoding: "utf8",
    });
    return [{ page, line, ended: status === code ? code : `${status}: ${stderr}`, code }];
  });
  expect(seen.length).toBeGreaterThan(12);
  for (const { page, line, ended, code } of seen) expect(ended, `${page}: ${line}`).toBe(code);
});

/** The anchors of a page, as GitHub makes them of its headings. */
function listAnchors(page: string): readonly string[] {
  const text = readFileSync(join(top, page), "utf8").replaceAll(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Undefined if the page, and the heading in it if one is named, exists. */
function findLost(page: string, anchor: string | undefined): string | undefined {
  const isThere =
    existsSync(join(top, page)) && (anchor === undefined || listAnchors(page).includes(anchor));
  return isThere ? undefined : `${page}#${anchor ?? ""}`;
}

/** Files whose text users read without the docs. */
function listSources(): readonly string[] {
  return [
    "src",
    "bot",
    "examples/config-repo",
    "examples/monitoring",
    "action.yml",
    ".github/ISSUE_TEMPLATE",
  ]
    .flatMap((name) => {
      if (name.endsWith(".yml")) return [name];
      const inside = readdirSync(join(top, name), { recursive: true, encoding: "utf8" });
      return inside.map((path) => `${name}/${path}`);
    })
    .filter((path) => /\.(ts|js|ya?ml|ini|service|md)$|\/CODEOWNERS$|Containerfile$/.test(path));
}

test("every page of the docs that a message or a generated file names exists, and its heading", () => {
  const named = listSources().flatMap((path) => {
    const text = readFileSync(join(top, path), "utf8");
    const pattern =
      /(?:see ([A-Z][A-Za-z ]+) in )?(?:\bdocs\/|\$\{docsUrl\})([a-z][a-z/-]*\.md)(?:#([a-z-]+))?/g;
    return [...text.matchAll(pattern)].map(([, heading, page = "", anchor]) => ({
      path,
      page,
      anchor: heading?.toLowerCase().replaceAll(" ", "-") ?? anchor,
    }));
  });
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter(({ anchor }) => anchor === "by-hand")).not.toEqual([]);
  const lost = named.flatMap(({ path, page, anchor }) => {
    const missing = findLost(`docs/${page}`, anchor);
    return missing === undefined ? [] : [`${path} -> ${missing}`];
  });
  expect(lost).toEqual([]);
});

test("every page is in the index, and no link between pages is broken", () => {
  const index = readFileSync(join(top, "docs/README.md"), "utf8");
  for (const page of pages.filter((name) => name !== "README.md" && name !== "docs/README.md")) {
    expect(index, page).toContain(`](${page.slice("docs/".length)})`);
  }
  const rules = readdirSync(join(top, "docs/rules")).map((name) => `docs/rules/${name}`);
  const lost = [...pages, ...rules, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].flatMap(
    (page) => {
      const text = readFileSync(join(top, page), "utf8");
      return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].flatMap(
        ([, link = "", anchor]) => {
          const target = link === "" ? page : join(dirname(page), link);
          const missing = findLost(target, target.endsWith(".md") ? anchor : undefined);
          return missing === undefined ? [] : [`${page} -> ${missing}`];
        },
      );
    },
  );
  expect(lost).toEqual([]);
});
