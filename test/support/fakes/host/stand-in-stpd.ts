import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../../peers/stpd.c", import.meta.url));
const ownCache = fileURLToPath(new URL("../../../../node_modules/.cache/", import.meta.url));

/**
 * Compiles the stand-in on libmicrohttpd, once for each version of its source; returns the program.
 * Undefined without a compiler or libmicrohttpd, which is an error with REQUIRE_PEERS=1.
 */
export function compileStpd(cache = ownCache): string | undefined {
  const name = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const program = `${cache}stpd-${name}`;
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  // Workers in PID namespaces of their own share process numbers.
  const own = `${program}.${randomUUID()}`;
  const { status, stderr } = spawnSync(
    "gcc",
    ["-Wall", "-Wextra", "-Werror", "-O2", "-o", own, source, "-lmicrohttpd", "-lpthread"],
    { encoding: "utf8" },
  );
  if (status === 0) {
    renameSync(own, program);
    return program;
  }
  rmSync(own, { force: true });
  if (process.env["REQUIRE_PEERS"] === "1") {
    throw new Error(`the tests need gcc and libmicrohttpd-dev here: ${stderr ?? "no gcc"}`);
  }
  return undefined;
}
