import { HardenError } from "../core/base/errors.ts";
import { makeVisible } from "../core/base/text.ts";
import type { LedgerMark, LedgerMemory } from "../core/rollout/ledger/store-port.ts";
import { readIfThere, writeDurably } from "./host-local/durable-file.ts";

export interface MemoryPlace {
  /** A directory that only the controller writes to. */
  readonly directory: string;
  /** GitHub's id of the config repo. */
  readonly repository: number;
  /** Called if the file could not be written. */
  readonly onFailure: (error: unknown) => void;
}

/** Stores the newest entry that was read in a small file. */
export function createLedgerMemory({
  directory,
  repository,
  onFailure,
}: MemoryPlace): LedgerMemory {
  const path = `${directory}/ledger-${repository}`;
  let newest = 0;
  return {
    recall: () => recall(path),
    keep: ({ sequence, digest }) => {
      // Concurrent reads may finish in a different order.
      if (sequence <= newest) return;
      try {
        writeDurably(path, `${sequence} ${digest}\n`);
        newest = sequence;
      } catch (error) {
        // A freeze must work even if the disk is full.
        onFailure(error);
      }
    },
  };
}

function recall(path: string): LedgerMark | undefined {
  const where = makeVisible(path);
  const next = `Run sesam-harden ledger verify --head COMMIT with the commit on the newest Slack card. If it finds nothing wrong, delete ${where}.`;
  let text: string | undefined;
  try {
    text = readIfThere(path);
  } catch (error) {
    throw new HardenError("broke", `${where} cannot be read`, next, { cause: error });
  }
  if (text === undefined) return undefined;
  const [, sequence, digest] = /^([1-9][0-9]{0,14}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
  if (sequence !== undefined && digest !== undefined) return { sequence: Number(sequence), digest };
  throw new HardenError(
    "broke",
    `${where} is damaged: it does not contain the last entry that was read`,
    next,
  );
}
