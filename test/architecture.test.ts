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

/** What a file imports, statically or not: paths below the top of the project, or package names. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(top, file), "utf8");
  const pattern =
    /(?:\bfrom\s*|\bimport\s*\(?\s*|getBuiltinModule\(\s*|require\(\s*)["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map(([, name = ""]) =>
    name.startsWith(".") ? relative(top, join(top, dirname(file), name)) : name,
  );
}

const sources = filesBelow("src");
const isIn = (folder: string) => (file: string) => file.startsWith(`src/${folder}/`);
const isOurs = (name: string): boolean => name.startsWith("src/");

/** The imports of a folder's files that are neither below the allowed folders nor allowed packages. */
function strayImports(folder: string, allowed: readonly string[]): readonly string[] {
  return sources
    .filter(isIn(folder))
    .flatMap((file) => importsOf(file).map((name) => `${file} -> ${name}`))
    .filter((line) => {
      const name = line.split(" -> ")[1] ?? "";
      return !allowed.some((prefix) => name === prefix || name.startsWith(`${prefix}/`));
    });
}

test("the files are there that the rules below speak of", () => {
  for (const folder of ["core", "adapters", "cli", "action", "shell"]) {
    expect(sources.filter(isIn(folder)).length, folder).toBeGreaterThan(0);
  }
  expect(importsOf("src/main.ts")).toContain("src/action/main.ts");
});

test("core depends on core and ini alone", () => {
  expect(strayImports("core", ["src/core", "ini"])).toEqual([]);
});

test("an adapter knows core, the ports, and one thing outside", () => {
  for (const file of sources.filter(isIn("adapters"))) {
    const names = importsOf(file);
    const outside = names.filter((name) => !isOurs(name) && name !== "node:path");
    expect(new Set(outside).size, `${file}: ${outside.join(", ")}`).toBeLessThanOrEqual(1);
    const stray = names.filter((name) => isOurs(name) && /^src\/(cli|action)\//.test(name));
    expect(stray, file).toEqual([]);
  }
});

test("@actions/core stays in src/action", () => {
  const users = sources.filter((file) =>
    importsOf(file).some((name) => name.startsWith("@actions/")),
  );
  expect(users.filter((file) => !isIn("action")(file))).toEqual([]);
  expect(users).not.toEqual([]);
});

test("core is pure: no process, clock, console or chance", () => {
  const banned = /\b(process|console|Deno|Date\.now|new Date\(\)|Math\.random|performance|fetch)\b/;
  const found = sources.filter(isIn("core")).flatMap((file) =>
    readFileSync(join(top, file), "utf8")
      .split("\n")
      .map((line, index) => ({ where: `${file}:${index + 1}`, line }))
      .filter(({ line }) => !/^\s*(\/\*\*|\*|\/\/)/.test(line) && banned.test(line)),
  );
  // Prose in messages may say process; code may not.
  expect(found.filter(({ line }) => banned.test(line.replace(/"[^"]*"|`[^`]*`/g, '""')))).toEqual(
    [],
  );
});

test("environment and arguments are read in the shells alone", () => {
  const users = sources.filter((file) => {
    const text = readFileSync(join(top, file), "utf8");
    return /process\.(env|argv)|\.env\.get\(/.test(text);
  });
  expect(users).toEqual(["src/main.ts"]);
});

test("no module is mocked, and no check is left out", () => {
  const tests = filesBelow("test").filter((file) => !file.endsWith("architecture.test.ts"));
  const bad = /vi\.(mock|doMock|hoisted)\(|\b(test|it|describe)\.(skip|only|todo)\(/;
  expect(tests.filter((file) => bad.test(readFileSync(join(top, file), "utf8")))).toEqual([]);
});

test("no condition reads the words of an error: an error that is decided by carries a field", () => {
  const reads =
    /\b\w*[eE]rror\.message(\.(includes|startsWith|endsWith|match|indexOf)\(|\s*[!=]==)|\.(test|exec)\(\s*\w*[eE]rror\.message/;
  const found = [...sources, ...filesBelow("bot")].filter((file) =>
    reads.test(readFileSync(join(top, file), "utf8")),
  );
  // Deno gives the reasons of a failed TLS handshake in words only.
  expect(found).toEqual(["src/adapters/sesam-rest.ts"]);
});
