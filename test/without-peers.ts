import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Runs the tests that start no program but Node and Deno and need nothing of Unix, which is what can
 * be said on Windows and macOS. A file of tests is left out as a whole if it, or what it imports from
 * test/, names another program or a call that only Unix has. What is left out is printed.
 */
const elsewhere =
  /\bhasPeer\(|\b(?:spawn|spawnSync|execFile|execFileSync)\(\s*["'`]|"(?:ba)?sh"|"git"|"openssl"|\b(?:chmod|symlink|mkfifo|umask|getuid)(?:Sync)?\b|"\/(?:bin|dev|etc|proc|usr)\b|\bmode\b.*0o/;

/** Paths below test/, of a file and of everything that it imports from there. */
function readAll(path: string, seen: Map<string, string> = new Map()): Map<string, string> {
  if (seen.has(path)) return seen;
  const url = new URL(path, import.meta.url);
  const text = readFileSync(url, "utf8");
  seen.set(path, text);
  for (const [, name] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+\.ts)"/g)) {
    const target = new URL(name ?? "", url).href.slice(new URL("./", import.meta.url).href.length);
    const isBelow = new URL(target, import.meta.url).href === new URL(name ?? "", url).href;
    if (isBelow) readAll(target, seen);
  }
  return seen;
}

/** Test files, and whether they run everywhere. */
export function sortTests(): { readonly portable: string[]; readonly left: string[] } {
  const files = readdirSync(new URL("./", import.meta.url), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted();
  const isPortable = (name: string): boolean =>
    [...readAll(name).values()].every((text) => !elsewhere.test(text));
  return {
    portable: files.filter(isPortable),
    left: files.filter((name) => !isPortable(name)),
  };
}

if (import.meta.main) {
  const { portable, left } = sortTests();
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const { status } = spawnSync(
    process.execPath,
    [vitest, "run", ...portable.map((name) => `test/${name}`), ...process.argv.slice(2)],
    { stdio: "inherit", cwd: fileURLToPath(new URL("../", import.meta.url)) },
  );
  console.log(`\nNot run, since they start other programs or need Unix:\n  ${left.join("\n  ")}`);
  console.log(`${portable.length} files of tests run, ${left.length} not`);
  process.exitCode = status ?? 1;
}
