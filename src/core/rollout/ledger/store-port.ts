/** Git blob hashes of the files of the ledger branch, by path. */
export type LedgerListing = ReadonlyMap<string, string>;

export interface LedgerCommitRequest {
  /** The commit that was read, which becomes the parent; undefined creates the branch. */
  readonly head: string | undefined;
  /** Bytes by path; all other files stay unchanged. */
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

export type LedgerCommitOutcome =
  | { readonly kind: "committed"; readonly commit: string }
  /** Another writer was faster, or the answer was lost: read the ledger again. */
  | { readonly kind: "lost" };

/** The ledger branch. All methods throw HardenError if GitHub refuses or does not answer. */
export interface LedgerStore {
  /** The newest commit; undefined if there is no branch. Free if nothing changed. */
  readonly readHead: () => Promise<string | undefined>;
  readonly list: (commit: string) => Promise<LedgerListing>;
  /** Bytes of files by their Git blob hashes, in the requested order. */
  readonly read: (names: readonly string[]) => Promise<readonly string[]>;
  /** Adds one commit to the one that was read, without force. */
  readonly commit: (request: LedgerCommitRequest) => Promise<LedgerCommitOutcome>;
}

/** The newest entry that was read. Its digest covers all entries before it. */
export interface LedgerMark {
  readonly sequence: number;
  readonly digest: string;
}

/**
 * Survives a restart, so that a branch that was set back in the meantime is rejected. Nothing else
 * is read from it.
 */
export interface LedgerMemory {
  /** Undefined if nothing was read yet. Throws HardenError if it cannot be read. */
  readonly recall: () => LedgerMark | undefined;
  readonly keep: (mark: LedgerMark) => void;
}

/**
 * Only for the audit: the line of commits, newest first; undefined if the commit does not exist.
 */
export interface LedgerHistory {
  readonly commits: (
    head: string,
  ) => Promise<readonly { readonly commit: string; readonly parents: readonly string[] }[]>;
}

/** Maximum number of cached files; fleets have fewer. */
const most = 20_000;

/** Caches files. They are named by their content, so they never change. */
export function rememberFiles({ read }: Pick<LedgerStore, "read">): Pick<LedgerStore, "read"> {
  let known = new Map<string, string>();
  return {
    read: async (names) => {
      const missing = [...new Set(names)].filter((name) => !known.has(name));
      const contents = missing.length === 0 ? [] : await read(missing);
      if (known.size + missing.length > most) {
        known = new Map([...known].filter(([name]) => names.includes(name)));
      }
      missing.forEach((name, index) => known.set(name, contents[index] ?? ""));
      return names.map((name) => known.get(name) ?? "");
    },
  };
}
