import { lstatSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { joinPath } from "../../core/base/paths.ts";
import { attempt } from "./attempt.ts";
import { listProcesses } from "./proc.ts";

/** Milliseconds. No write takes this long, so an older temporary file is a leftover. */
const maxWriteMs = 3_600_000;

/** Temporary files of atomic writes, and command output stored by earlier versions. */
const temporary = /\.(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+)\.new$|^output\.\d+\.\d+$/;

/**
 * Removes what a killed run left in the state directory. The caller must hold the lock. Keeps files
 * that are recent, dated in the future or open in any process. Never throws.
 */
export function removeLeftovers(folder: string, nowMs: number): void {
  for (const inner of [folder, joinPath(folder, "backups")]) {
    const names = attempt("listing it", () => readdirSync(inner));
    const found = (names.kind === "done" ? names.value : []).filter((name) => temporary.test(name));
    for (const path of found.map((name) => joinPath(inner, name))) {
      attempt("removing it", () => {
        const file = lstatSync(path);
        if (file.isFile() && nowMs - file.mtimeMs > maxWriteMs && !isOpen(path)) rmSync(path);
      });
    }
  }
}

function isOpen(path: string): boolean {
  return listProcesses().some((pid) => {
    const files = attempt("listing its files", () => readdirSync(`/proc/${pid}/fd`));
    if (files.kind === "failed") return false;
    return files.value.some((file) => {
      const target = attempt("reading it", () => readlinkSync(`/proc/${pid}/fd/${file}`));
      return target.kind === "done" && target.value === path;
    });
  });
}
