import type { PageFacts } from "../core/report/html/model.ts";
import type { Format } from "../core/report/render.ts";
import { makeVisible } from "../core/base/text.ts";
import { witnessFiles, type WitnessedFiles } from "../core/config-repo/recorded-files.ts";
import { usage } from "./options.ts";
import type { Shell } from "./context.ts";

/** What a command knows of its run beside the findings. */
export interface Run extends Pick<
  PageFacts,
  "command" | "asOf" | "commit" | "fixes" | "probes" | "past"
> {
  readonly root: string;
}

export interface PageShell {
  /** Reads as the shell does, and remembers what, where a page is wanted. */
  readonly files: Shell["files"];
  readonly describe: (run: Run) => Promise<PageFacts>;
  /** What was read; nothing where no page is wanted. */
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

/** As git names it. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

export function parseCommit(text: string | undefined): string | undefined {
  if (text === undefined || isCommit(text)) return text;
  throw usage(`--commit wants the name of a commit, 7 to 64 of 0-9a-f, not ${makeVisible(text)}`);
}
