import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const top = fileURLToPath(new URL("..", import.meta.url));

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(top, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((name) => join(folder, name).replaceAll("\\", "/"));
}

/** Static and dynamic imports of a file: paths below the top of the project, or package names. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(top, file), "utf8");
  const pattern =
    /(?:\bfrom\s*|\bimport\s*\(?\s*|getBuiltinModule\(\s*|require\(\s*)["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map(([, name = ""]) =>
    name.startsWith(".") ? relative(top, join(top, dirname(file), name)) : name,
  );
}

const sources = filesBelow("src");
const botSources = filesBelow("bot").filter((file) => !file.includes("node_modules"));
const ours = [...sources, ...botSources];
const isIn = (folder: string) => (file: string) => file.startsWith(`src/${folder}/`);
const isOurs = (name: string): boolean => /^(src|bot)\//.test(name);

/**
 * The features of the core: each imports only from later ones. A directory inside another that is
 * not listed belongs to it.
 */
const features = [
  "report",
  "host",
  "status",
  "rollout/controller",
  "rollout/dispatch",
  "rollout/ledger",
  "rollout/plan",
  "rollout/state",
  "verify",
  "check",
  "fix",
  "import",
  "config-repo",
  "rules",
  "probe",
  "inventory",
  "fleet",
  "settings",
  "tls",
  "gnutls",
  "formats",
  "base",
];

function featureOf(file: string): number {
  return features.findIndex((name) => file.startsWith(`src/core/${name}/`));
}

test("the files that the rules below name exist", () => {
  for (const folder of ["core", "adapters", "cli", "action", "shell"]) {
    expect(sources.filter(isIn(folder)).length, folder).toBeGreaterThan(0);
  }
  const found = new Set(sources.filter(isIn("core")).map(featureOf));
  expect([...found].toSorted((a, b) => a - b)).toEqual(features.map((_, index) => index));
  expect(importsOf("src/main.ts")).toContain("src/action/main.ts");
  expect(importsOf("bot/main.ts")).toContain("bot/app.ts");
});

test("a feature of the core imports from itself, from later ones, and from ini", () => {
  const stray = sources.filter(isIn("core")).flatMap((file) =>
    importsOf(file)
      .filter((name) => name !== "ini" && featureOf(name) < featureOf(file))
      .map((name) => `${file} -> ${name}`),
  );
  expect(stray).toEqual([]);
});

test("docs/ARCHITECTURE.md lists the features in this order", () => {
  const text = readFileSync(join(top, "docs/ARCHITECTURE.md"), "utf8");
  const listed = [...text.matchAll(/^\| `src\/core\/([a-z/-]+)` +\|/gm)].map(([, name]) => name);
  expect(listed).toEqual(features);
});

test("no import cycle exists, types included", () => {
  const graph = new Map(ours.map((file) => [file, importsOf(file).filter(isOurs)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const name of graph.get(file) ?? []) visit(name, [...path, file]);
    done.add(file);
  };
  for (const file of ours) visit(file, []);
  expect(circles).toEqual([]);
});

test("an adapter imports the core, the ports, and one external package", () => {
  for (const file of sources.filter(isIn("adapters"))) {
    const names = importsOf(file);
    const outside = names.filter((name) => !isOurs(name) && name !== "node:path");
    expect(new Set(outside).size, `${file}: ${outside.join(", ")}`).toBeLessThanOrEqual(1);
    const stray = names.filter((name) => isOurs(name) && !/^src\/(core|adapters)\//.test(name));
    expect(stray, file).toEqual([]);
  }
});

test("command line and Action do not import each other", () => {
  const across = [
    ...sources.filter(isIn("cli")).flatMap((file) => importsOf(file).filter(isIn("action"))),
    ...sources.filter(isIn("action")).flatMap((file) => importsOf(file).filter(isIn("cli"))),
  ];
  expect(across).toEqual([]);
});

test("views of the bot are pure, and few of its files import Slack's packages", () => {
  const views = botSources.filter((file) => file.startsWith("bot/views/"));
  expect(views.length).toBeGreaterThan(0);
  const stray = views.flatMap((file) =>
    importsOf(file)
      .filter((name) => !/^(bot\/views|src\/core)\//.test(name))
      .map((name) => `${file} -> ${name}`),
  );
  expect(stray).toEqual([]);
  const knowing = botSources.filter((file) =>
    importsOf(file).some((name) => name.startsWith("@slack/")),
  );
  expect(
    knowing.filter((file) => !/^bot\/(slack\/.*|listeners\/register|app)\.ts$/.test(file)),
  ).toEqual([]);
});

/** Directories whose files are one list by design. */
const lists = /^src\/(core\/rules\/catalog|cli\/commands)$/;

test("a directory holds at most 20 files", () => {
  const count = new Map<string, number>();
  for (const file of ours) count.set(dirname(file), (count.get(dirname(file)) ?? 0) + 1);
  const full = [...count].filter(([folder, files]) => files > 20 && !lists.test(folder));
  expect(full).toEqual([]);
});

test("a file of under 25 lines that one other file imports belongs into that file", () => {
  const importers = new Map<string, Set<string>>();
  for (const file of ours) {
    for (const name of importsOf(file)) {
      importers.set(name, (importers.get(name) ?? new Set()).add(file));
    }
  }
  const small = ours.filter(
    (file) =>
      importers.get(file)?.size === 1 &&
      !lists.test(dirname(file)) &&
      readFileSync(join(top, file), "utf8").split("\n").length <= 25,
  );
  expect(small).toEqual([]);
});

/** Exported names, with their file. */
function exportsOf(files: readonly string[]): readonly (readonly [name: string, file: string])[] {
  const pattern = /^export (?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm;
  return files.flatMap((file) =>
    [...readFileSync(join(top, file), "utf8").matchAll(pattern)].map(
      ([, name = ""]) => [name, file] as const,
    ),
  );
}

test("an exported name is unique", () => {
  const places = Map.groupBy(exportsOf(ours), ([name]) => name);
  const twice = [...places].filter(([, found]) => found.length > 1);
  expect(twice).toEqual([]);
});

test("each export is used outside of the tests", () => {
  const users = [
    ...ours,
    ...filesBelow("examples"),
    ...filesBelow("build"),
    ...filesBelow("playground"),
  ];
  const count = new Map<string, number>();
  for (const file of users) {
    const text = readFileSync(join(top, file), "utf8");
    for (const [word] of text.matchAll(/\w+/g)) count.set(word, (count.get(word) ?? 0) + 1);
  }
  const unused = exportsOf(ours).filter(([name]) => count.get(name) === 1);
  expect(unused).toEqual([]);
});

test("@actions/core stays in src/action", () => {
  const users = sources.filter((file) =>
    importsOf(file).some((name) => name.startsWith("@actions/")),
  );
  expect(users.filter((file) => !isIn("action")(file))).toEqual([]);
  expect(users).not.toEqual([]);
});

test("core is pure: no process, clock, console or randomness", () => {
  const banned = /\b(process|console|Deno|Date\.now|new Date\(\)|Math\.random|performance|fetch)\b/;
  const found = sources.filter(isIn("core")).flatMap((file) =>
    readFileSync(join(top, file), "utf8")
      .split("\n")
      .map((line, index) => ({ where: `${file}:${index + 1}`, line }))
      .filter(({ line }) => !/^\s*(\/\*\*|\*|\/\/)/.test(line) && banned.test(line)),
  );
  // Prose in messages may contain the word process; code may not.
  expect(found.filter(({ line }) => banned.test(line.replace(/"[^"]*"|`[^`]*`/g, '""')))).toEqual(
    [],
  );
});

test("only the shells read environment and arguments", () => {
  const users = sources.filter((file) => {
    const text = readFileSync(join(top, file), "utf8");
    return /process\.(env|argv)|\.env\.get\(/.test(text);
  });
  expect(users).toEqual(["src/main.ts"]);
});

test("no module is mocked, and no check is disabled", () => {
  const tests = filesBelow("test").filter((file) => !file.endsWith("architecture.test.ts"));
  const bad = /vi\.(mock|doMock|hoisted)\(|\b(test|it|describe)\.(skip|only|todo)\(/;
  expect(tests.filter((file) => bad.test(readFileSync(join(top, file), "utf8")))).toEqual([]);
});

test("no condition reads the words of an error: errors that matter for a decision carry a field", () => {
  const reads =
    /\b\w*[eE]rror\.message(\.(includes|startsWith|endsWith|match|indexOf)\(|\s*[!=]==)|\.(test|exec)\(\s*\w*[eE]rror\.message/;
  expect(ours.filter((file) => reads.test(readFileSync(join(top, file), "utf8")))).toEqual([]);
});

test("the name of a time in numbers says whether it counts Ms or Seconds", () => {
  const words =
    "now|elapsed|timeout|pause|delay|patience|grace|interval|age|uptime|lease|clockSkew";
  const bare = new RegExp(`\\b(${words})\\??(: (number|\\(\\) => number)| = [0-9(])`);
  expect(ours.filter((file) => bare.test(readFileSync(join(top, file), "utf8")))).toEqual([]);
});

test("nothing depends on deviating TLS answers of Deno 2.9.5", () => {
  const used = /\b(getFinished|getPeerFinished|ticketKeys|setTicketKeys|getTicketKeys)\b/;
  expect(sources.filter((file) => used.test(readFileSync(join(top, file), "utf8")))).toEqual([]);
});
