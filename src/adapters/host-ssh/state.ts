import { printJournal, readJournal, type Decision, type Journal } from "../../core/host/journal.ts";
import type { Backups, Decisions, JournalStore, Outcome } from "../../core/host/ports.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import { endings } from "./shell/change-state.ts";
import { withoutValue, type Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";
import { isDigest } from "../../core/formats/json/decode.ts";

const readFile = `
if [ -f "$1" ]; then cat -- "$1"; elif [ -e "$1" ]; then fail "$1 is no file"; fi
`;

const writeJournal = `
save "$state/journal.json" "$1" || fail "the journal could not be written"
leave
`;

const clearJournal = `${endings}
clear "$state" "$1" || exit 1
leave
`;

/** A step of a killed run may still be running: waits a few seconds for it to finish. */
const readJournalFile = `
turn=0
for step in "$1"/step-*-*; do
  while
    set -- "$1" $(readlink -- "$step")
    [ "$turn" -lt 50 ] && [ "\${2:-done}" != done ] && lives "$2" "$3" "$4"
  do
    sleep 0.1
    turn=$((turn + 1))
  done
done
set -- "$1/journal.json"
${readFile}`;

/** Stores the change in progress as `journal.json` in the state directory. */
export function createJournals(
  steps: Steps,
  { stateFolder }: Pick<SshTarget, "stateFolder">,
): JournalStore {
  return {
    read: async () => {
      const path = `${stateFolder}/journal.json`;
      const text = await steps.ask({ script: readJournalFile, parameters: [stateFolder] });
      if (text.kind === "failed") return text;
      if (text.value === "") return { kind: "done", value: undefined };
      const journal: Journal | undefined = readJournal(text.value);
      return journal === undefined
        ? { kind: "failed", reason: `${path} on the host is not a journal of this version` }
        : { kind: "done", value: journal };
    },
    write: async (journal) => {
      const input = printJournal(journal);
      return withoutValue(
        await steps.change({ script: writeJournal, parameters: [hashSha256(input)], input }),
      );
    },
    clear: async (id) =>
      withoutValue(await steps.change({ script: clearJournal, parameters: [id] })),
  };
}

/** Does not need the lock: the timer decides while another run holds it. */
const claimDecision = `
claim "$1" "$2" "$3" || fail "nothing could be decided"
printf %s "$decided"
`;

const lookUp = `
look_up "$1" "$2" 2>/dev/null
printf %s "$decided"
`;

/** Stores decisions on the target; the text of a decision other than `confirm` means undo. */
export function createSshDecisions(
  steps: Steps,
  { stateFolder }: Pick<SshTarget, "stateFolder">,
): Decisions {
  return {
    claim: async (id, decision) => {
      const parameters = [stateFolder, id, decision];
      const outcome = await steps.ask({ script: claimDecision, parameters });
      return outcome.kind === "failed" ? outcome : { kind: "done", value: decide(outcome.value) };
    },
    look: async (id) => {
      const text = await steps.ask({ script: lookUp, parameters: [stateFolder, id] });
      if (text.kind === "failed") return text;
      return { kind: "done", value: text.value === "" ? undefined : decide(text.value) };
    },
  };
}

function decide(text: string): Decision {
  return text === "confirm" ? "confirm" : "undo";
}

const keepBackup = `
mkdir -p -- "$state/backups" && sync -- "$state" || exit 1
file=$state/backups/$1.ini
if [ -f "$file" ] && [ "$(sha <"$file")" = "$1" ]; then
  touch -- "$file"
else
  save "$file" "$1" || fail "a backup could not be written"
fi
leave
`;

const pruneBackups = `
most=$1
shift
cd -- "$state/backups" || exit 1
for file in $(ls -1t); do
  case $file in *[!0-9a-f.in]* | *.new) continue ;; esac
  most=$((most - 1))
  [ "$most" -ge 0 ] && continue
  for digest in "$@"; do [ "$file" = "$digest.ini" ] && continue 2; done
  rm -f -- "$file"
done
leave
`;

/** Stores backups as `backups/SHA256.ini` in the state directory, one per content. */
export function createSshBackups(
  steps: Steps,
  { stateFolder, backups }: Pick<SshTarget, "stateFolder" | "backups">,
): Backups {
  return {
    keep: async (bytes) =>
      withoutValue(
        await steps.change({
          script: keepBackup,
          parameters: [hashSha256(bytes)],
          input: bytes,
        }),
      ),
    find: async (digest) => {
      if (!isDigest(digest)) return undefined;
      const path = `${stateFolder}/backups/${digest}.ini`;
      const found: Outcome<string> = await steps.ask({
        script: readFile,
        parameters: [path],
        most: 2 * 1024 * 1024,
      });
      const isWhole = found.kind === "done" && hashSha256(found.value) === digest;
      return isWhole ? found.value : undefined;
    },
    prune: async (named) =>
      withoutValue(
        await steps.change({ script: pruneBackups, parameters: [String(backups), ...named] }),
      ),
  };
}
