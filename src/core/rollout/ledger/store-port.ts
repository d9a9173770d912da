/** Files of the ledger's branch by path; git's name of each one's content. */
export type LedgerListing = ReadonlyMap<string, string>;

export interface LedgerCommitRequest {
  /** The commit that was read, which becomes the parent; undefined makes the branch. */
  readonly head: string | undefined;
  /** Bytes by path; all other files stay. */
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

export type LedgerCommitOutcome =
  | { readonly kind: "committed"; readonly commit: string }
  /** Somebody else was faster, or the answer was lost: what holds has to be read again. */
  | { readonly kind: "lost" };

/** The branch that holds the ledger. All throw HardenError where GitHub refuses or does not answer. */
export interface LedgerStore {
  /** The newest commit; undefined where there is no branch. Costs nothing while nothing changed. */
  readonly readHead: () => Promise<string | undefined>;
  readonly list: (commit: string) => Promise<LedgerListing>;
  /** Bytes of files by their names in git, in the order that was asked for. */
  readonly read: (names: readonly string[]) => Promise<readonly string[]>;
  /** Adds one commit to the one that was read, never by force. */
  readonly commit: (request: LedgerCommitRequest) => Promise<LedgerCommitOutcome>;
}

/** The newest entry that was read: as its digest follows from all before it, it stands for them. */
export interface LedgerMark {
  readonly sequence: number;
  readonly digest: string;
}

/**
 * What outlives a restart, so that a branch which was set back meanwhile is not believed. It only
 * refuses: nothing is taken from it.
 */
export interface LedgerMemory {
  /** Undefined where nothing was read yet. Throws HardenError where it cannot be read. */
  readonly recall: () => LedgerMark | undefined;
  readonly keep: (mark: LedgerMark) => void;
}

/** For the audit alone: the line of commits, newest first; undefined where the commit is not there. */
export interface LedgerHistory {
  readonly commits: (
    head: string,
  ) => Promise<readonly { readonly commit: string; readonly parents: readonly string[] }[]>;
}

/** Contents that are kept; a fleet has fewer files than these. */
const most = 20_000;

/** Reads each content once: it is named by what is in it, so that it never changes. */
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
