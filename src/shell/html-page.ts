import type { PageFacts } from "../core/report/html/model.ts";
import type { Format } from "../core/report/render.ts";
import { makeVisible } from "../core/base/text.ts";
import { witnessFiles, type WitnessedFiles } from "../core/config-repo/recorded-files.ts";
import { usage } from "./options.ts";
import type { Terminal } from "../adapters/runtime/terminal.ts";
import type { Shell } from "./context.ts";

/** Facts about the run of a command, in addition to the findings. */
export interface Run extends Pick<
  PageFacts,
  "command" | "asOf" | "commit" | "fixes" | "probes" | "past"
> {
  readonly root: string;
}

export interface PageShell {
  /** The files of the shell; records what was read if a page is requested. */
  readonly files: Shell["files"];
  readonly describe: (run: Run) => Promise<PageFacts>;
  /** The files that were read; empty if no page is requested. */
  readonly list: WitnessedFiles["list"];
}

export function preparePage(
  wanted: readonly Format[],
  { files, hash }: Pick<Shell, "files" | "hash">,
): PageShell {
  const witnessed = wanted.includes("html") ? witnessFiles(files, hash) : undefined;
  return {
    files: witnessed?.files ?? files,
    list: (root) => witnessed?.list(root) ?? [],
    describe: async ({ root, ...run }) => {
      const { renderDiff } = await import("../adapters/unified-diff.ts");
      return { ...run, inputs: witnessed?.list(root) ?? [], hash, diff: renderDiff };
    },
  };
}

/** Writes a file in pieces: the first replaces it, the others are appended. */
export function writePieces(file: string, { write, append }: Terminal): (piece: string) => void {
  let put = write;
  return (piece) => {
    put(file, piece);
    put = append;
  };
}

/** True for a full or abbreviated commit id. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

export function parseCommit(text: string | undefined): string | undefined {
  if (text === undefined || isCommit(text)) return text;
  throw usage(
    `invalid value '${makeVisible(text)}' for --commit (expected 7 to 64 hexadecimal digits)`,
  );
}
