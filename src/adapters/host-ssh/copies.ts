import { baseName } from "../../core/base/paths.ts";
import type { CopyName, FileSeen, Outcome, StpdCopies, StpdFolder } from "../../core/host/ports.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import { copies } from "./shell/copies.ts";
import { withoutValue, type Steps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";

/** Maximum size in bytes; no stpd.ini is larger. */
const maxBytes = 1024 * 1024;

/** Prints a line of metadata, then the bytes. */
const readCopy = `${copies}
name_copies "$1"
hold || exit 1
case $2 in live) file=$live ;; old) file=$old ;; fresh) file=$fresh ;; esac
if ! facts=$(stat -c '%f %u %g %h %.3Y %s' -- "$file" 2>&1); then
  case $facts in *'No such file'*) echo none; exit ;; esac
  fail "$facts"
fi
twin=0
if [ "$2" = live ] && [ "$old" -ef "$live" ]; then twin=1; fi
digest=
! is_plain "$file" || digest=$(sha <"$file")
echo "seen $facts $twin $digest"
if is_plain "$file"; then head -c "$3" -- "$file"; fi
`;

const stageCopy = `${copies}
name_copies "$1"
[ -n "$prior" ] && exit
stage "$2" || fail "the new file could not be written beside \${live##*/}"
leave
`;

const keepOld = `${copies}
name_copies "$1"
[ -n "$prior" ] || keep || exit 1
leave
`;

const placeCopy = `${copies}
name_copies "$1"
case $2 in old) copy=$old ;; *) copy=$fresh ;; esac
if [ -z "$prior" ]; then
  [ -f "$copy" ] || fail "there is no such copy"
  place "$copy" || exit 1
fi
leave
`;

const syncFolder = `${copies}
name_copies "$1"
sync -- "$dir" || exit 1
leave
`;

const tidyFolder = `${copies}
name_copies "$1"
tidy || exit 1
leave
`;

/** stpd.ini and its copies on the target. */
export function createCopies(
  steps: Steps,
  { stpdIni, owner }: Pick<SshTarget, "stpdIni" | "owner">,
): StpdCopies {
  const readOnce = async (name: CopyName): Promise<Outcome<FileSeen | "torn" | undefined>> => {
    const reading = await steps.ask({
      script: readCopy,
      parameters: [stpdIni, name, String(maxBytes + 1)],
      most: maxBytes + 4096,
    });
    if (reading.kind === "failed") return reading;
    const end = reading.value.indexOf("\n");
    const [word, mode, user, group, links, changed, size, twin, digest] = reading.value
      .slice(0, end)
      .split(" ");
    if (word === "none") return { kind: "done", value: undefined };
    if (word !== "seen" || mode === undefined || changed === undefined) {
      return { kind: "failed", reason: "the answer of the host cannot be parsed" };
    }
    if (Number(size) > maxBytes) return { kind: "failed", reason: "it is larger than 1 MiB" };
    const bytes = reading.value.slice(end + 1);
    if (digest !== "" && hashSha256(bytes) !== digest) return { kind: "done", value: "torn" };
    const facts = { mode, links: Number(links) - Number(twin), user, group };
    const objection = object(facts, owner);
    return { kind: "done", value: { bytes, objection, changedAtMs: 1000 * Number(changed) } };
  };
  return {
    read: async (name) => {
      for (let turn = 0; turn < 3; turn++) {
        const seen = await readOnce(name);
        if (seen.kind === "failed") return seen;
        if (seen.value !== "torn") return { kind: "done", value: seen.value };
      }
      return { kind: "failed", reason: `${baseName(stpdIni)} keeps changing` };
    },
    stage: async (bytes) =>
      withoutValue(
        await steps.change({
          script: stageCopy,
          parameters: [stpdIni, hashSha256(bytes)],
          input: bytes,
        }),
      ),
    keep: async () => withoutValue(await steps.change({ script: keepOld, parameters: [stpdIni] })),
    activate: async (name) =>
      withoutValue(await steps.change({ script: placeCopy, parameters: [stpdIni, name] })),
  };
}

/** The directory of stpd.ini on the target. */
export function createFolder(steps: Steps, { stpdIni }: Pick<SshTarget, "stpdIni">): StpdFolder {
  const run = async (script: string): Promise<Outcome> =>
    withoutValue(await steps.change({ script, parameters: [stpdIni] }));
  return { sync: () => run(syncFolder), cleanUp: () => run(tidyFolder) };
}

interface Facts {
  /** Raw mode in hexadecimal, as printed by stat(1). */
  readonly mode: string;
  readonly links: number;
  readonly user: string | undefined;
  readonly group: string | undefined;
}

function object({ mode, links, user, group }: Facts, owner: SshTarget["owner"]): string {
  const isFile = (parseInt(mode, 16) & 0o170000) === 0o100000;
  if (!isFile) return "it is not a regular file";
  if (links > 1) return "it has a second hard link, which would keep the old content";
  if (owner === undefined) return "";
  const [wanted, seen] = [`${owner.user}:${owner.group}`, `${user}:${group}`];
  return wanted === seen ? "" : `it belongs to ${seen}, but the pinned owner is ${wanted}`;
}
