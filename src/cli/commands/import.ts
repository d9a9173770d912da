import { createFile } from "../../adapters/runtime/create-files.ts";
import { lookUpRelease } from "../../adapters/git-release.ts";
import { createSesamRest } from "../../adapters/sesam-rest.ts";
import { docsUrl } from "../../core/base/docs-url.ts";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath, relativePath } from "../../core/base/paths.ts";
import { countOf, makeVisible, showWord, startSafely } from "../../core/base/text.ts";
import { countResults, summarize } from "../../core/check/checked-fleet.ts";
import { findAbove } from "../../core/config-repo/discover-hosts.ts";
import type { Candidate, NotImported } from "../../core/import/find-candidates.ts";
import { listHostNames, planImport, type PlannedFile } from "../../core/import/plan-import.ts";
import { compareWithServer, type ServerView } from "../../core/import/server-clients.ts";
import { listStarterFiles, releaseTag, type StarterFile } from "../../core/import/starter-files.ts";
import { defaultEndpoints, listKinds } from "../../core/inventory/endpoints.ts";
import { takeInventory } from "../../core/inventory/export-inventory.ts";
import { defaultClientKeys } from "../../core/inventory/item.ts";
import { readNumber, usage } from "../../shell/options.ts";
import type { Shell } from "../../shell/context.ts";
import { explainError } from "../errors.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import { checkWatched } from "./check.ts";
import { maxAnswerBytes } from "./inventory.ts";
import { readSources } from "./support/import-sources.ts";
import { readAuthorities, readCredentials, readUrl } from "./support/inventory-access.ts";

const actionUrl = "https://github.com/sesam-harden/sesam-harden";
/** Lines of a list; each names a host that needs attention. */
const shown = 200;

/** Exit code 1 if a file or host of the sources is missing in the config repo afterwards. */
export async function runImport(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "import");
  const { positionals } = parsed;
  if (positionals.length === 0 && !parsed.has("--server")) {
    throw usage("import needs a directory, a ZIP file or USER@HOST, or --server");
  }
  const repo = openRepo(parsed.one("--out"), shell);
  const known = listHostNames(repo.out, shell.files);
  const askServer = prepareServer(parsed, shell);
  const { candidates, refused } = await readSources(positionals, shell);
  const server = await askServer?.([...known, ...candidates.map(({ name }) => name)]);
  showRefused(refused, shell);
  if (candidates.length === 0 && positionals.length > 0) {
    const next = "Name a directory, a ZIP file or a host that has an stpd.ini.";
    throw new HardenError("nothing-found", "nothing to import, so nothing was written", next);
  }
  const hosts = candidates.map((candidate) => ({
    ...candidate,
    seen: { ...server?.seen(candidate.name), ...candidate.seen },
  }));
  const files = writeRepo(hosts, repo, shell);
  if (server !== undefined) showMissing(server, shell);
  showVerdict(repo, shell);
  showLeft(refused.length, files.filter(isConflict).length, shell);
  showQuestions(hosts, files, shell);
  showNext(repo, listToCommit(hosts, files, repo), shell);
  const isWritten = !files.some(isConflict);
  const isWhole = refused.length === 0 && (server === undefined || server.missing.length === 0);
  return isWritten && isWhole ? 0 : 1;
}

/** Returns the exit code. */
export function runInit(args: readonly string[], shell: Shell): number {
  const repo = openRepo(parseCommand(args, "init").one("--out"), shell);
  const files = writeRepo([], repo, shell);
  shell.terminal.out(
    `Next, copy the stpd.ini files of hosts:\n  ${shell.self ?? "sesam-harden"} import SOURCE... --out ${repo.word}\n`,
  );
  return files.some(isConflict) ? 1 : 0;
}

function isConflict({ state }: PlannedFile): boolean {
  return state === "conflict";
}

interface Repo {
  /** Absolute path. */
  readonly out: string;
  /** As typed, for use in a shell command. */
  readonly word: string;
}

function openRepo(typed = ".", { files }: Shell): Repo {
  const out = files.absolute(typed);
  const { kind } = files.kindOf(out);
  if (kind !== "folder" && kind !== "missing") {
    throw usage(`--out ${makeVisible(typed)} is not a directory that can be read`);
  }
  return { out, word: showWord(typed) };
}

type AskServer = (hosts: readonly string[]) => Promise<ServerView>;

/** Parses the options first, so that an invalid one is refused before anything is read. */
function prepareServer(parsed: Parsed<"import">, shell: Shell): AskServer | undefined {
  if (!parsed.has("--server")) {
    const options = [
      "--user",
      "--password-file",
      "--login-type",
      "--ca-file",
      "--timeout",
    ] as const;
    const stray = options.find((name) => parsed.has(name));
    if (stray !== undefined) throw usage(`${stray} needs --server`);
    return undefined;
  }
  const url = readUrl("--server", parsed.one("--server"));
  const ca = readAuthorities(parsed, shell);
  const timeoutSeconds = readNumber("--timeout", parsed.one("--timeout"), [1, 3600]) ?? 60;
  const credentials = readCredentials(parsed, shell);
  const { terminal, progress } = shell;
  const note = (text: string): void => terminal.err(`note: ${makeVisible(text)}\n`);
  return async (hosts) => {
    const rest = createSesamRest({
      url,
      ca,
      timeoutMs: timeoutSeconds * 1000,
      bytes: maxAnswerBytes,
    });
    const request = {
      credentials,
      endpoints: defaultEndpoints,
      skipped: new Set(listKinds.filter((kind) => kind !== "client")),
      absent: new Map(),
      details: new Map(),
      paging: undefined,
      terms: { interfaceKeys: ["interface"], ignoredKeys: [], clientKeys: defaultClientKeys },
      serverName: undefined,
    };
    const tools = { rest, note, tell: progress.tell };
    const taken = await takeInventory(request, tools).finally(progress.clear);
    for (const { about, reason } of taken.gaps) {
      note(`the Server's list may not be complete: ${about}: ${reason}`);
    }
    const view = compareWithServer(taken, hosts);
    for (const odd of view.invalid.slice(0, shown)) {
      note(
        `client ${odd.client}: the host of '${odd.url}' is not a name or an IP address; address was not taken from it`,
      );
    }
    return view;
  };
}

function showRefused(refused: readonly NotImported[], { terminal }: Shell): void {
  for (const { shown: file, reason } of refused.slice(0, shown)) {
    terminal.err(`not imported: ${makeVisible(file)}: ${makeVisible(reason)}\n`);
  }
  const left = refused.length - shown;
  if (left > 0) terminal.err(`not imported: ${left} more\n`);
}

/**
 * A directory without an stpd.ini would fail each check, so no directory is created for such a
 * host.
 */
function showMissing({ missing }: ServerView, { terminal }: Shell): void {
  if (missing.length === 0) return;
  terminal.out(`Still missing, by the interfaces of the Server's clients:\n`);
  for (const { name, address } of missing) {
    const at = address === name.toLowerCase() ? "" : ` (${makeVisible(address)})`;
    terminal.out(`  ${makeVisible(startSafely(name))}${at}\n`);
  }
}

/** Writes new files, and returns the result for each file. */
function writeRepo(
  candidates: readonly Candidate[],
  repo: Repo,
  shell: Shell,
): readonly PlannedFile[] {
  const { files, terminal, progress } = shell;
  const { out } = repo;
  const plan = planImport({ out, candidates, starters: chooseStarters(out, shell) }, files);
  if (plan.kind === "collisions") {
    for (const { members } of plan.collisions) {
      terminal.err(`one host, several files:\n`);
      for (const member of members) terminal.err(`  ${makeVisible(member)}\n`);
    }
    const message = `${countOf(plan.collisions.length, "host name")} would be used twice, so nothing was written`;
    throw new HardenError("usage", message, "Rename a directory, or leave a source out.");
  }
  let written = 0;
  for (const planned of plan.files) {
    if (planned.state !== "new") continue;
    progress.tell(`${written} files written`);
    const outcome = createFile(joinPath(out, planned.path), planned.bytes);
    if (outcome.kind === "refused") {
      progress.clear();
      const { reason, next = "Correct this and import again: what was written is kept." } = outcome;
      const message = `${makeVisible(planned.path)} was not written: ${reason}`;
      terminal.err(`${countOf(written, "file")} written to ${makeVisible(out)}\n`);
      throw new HardenError("broke", message, next);
    }
    written++;
  }
  progress.clear();
  for (const planned of plan.files) showPlanned(planned, shell);
  return plan.files;
}

function showPlanned(planned: PlannedFile, { terminal }: Shell): void {
  const { path, from, state } = planned;
  if (path.endsWith("/host.ini") && state !== "conflict") return;
  const source = from === "" ? "" : `  from ${from}`;
  const reason = planned.state === "conflict" ? `: ${planned.reason}; left alone` : "";
  terminal.out(`${state.padEnd(9)}  ${makeVisible(path + source + reason)}\n`);
}

/** GitHub reads workflows and CODEOWNERS only at the top of a repository. */
function chooseStarters(out: string, { files, terminal }: Shell): readonly StarterFile[] {
  const top = findAbove(out, ".git", files).found ?? out;
  const all = listStarterFiles(undefined);
  if (top !== out) {
    terminal.err(
      `note: no workflow was written: GitHub reads them only from ${makeVisible(joinPath(top, ".github"))}\n`,
    );
    return all.filter(({ path }) => !path.startsWith(".github/"));
  }
  const isMissing = ({ path }: StarterFile): boolean =>
    path.includes("/workflows/") && files.kindOf(joinPath(out, path)).kind === "missing";
  if (!all.some(isMissing)) return all;
  const commit = lookUpRelease(actionUrl, releaseTag);
  if (commit === undefined) {
    terminal.err(
      `note: the workflows name the Action by its tag ${releaseTag}, since its commit could not be looked up; the comment behind it says how to pin it\n`,
    );
  }
  return listStarterFiles(commit);
}

function showVerdict({ out }: Repo, shell: Shell): void {
  const { terminal } = shell;
  const request = {
    paths: [out],
    overrides: {},
    asOf: shell.today(),
    progress: shell.progress.show,
  };
  try {
    terminal.out(`\n${summarize(countResults(checkWatched(request, shell)))}\n`);
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    terminal.out(`\n${explainError(error)}\n`);
  }
}

/** Those lines are far above by now. */
function showLeft(refused: number, conflicts: number, { terminal }: Shell): void {
  if (refused > 0) {
    terminal.out(`Not imported: ${refused}, listed above with the reason.\n`);
  }
  if (conflicts > 0) {
    terminal.out(
      `Left alone because of a conflict: ${countOf(conflicts, "file")}, listed above.\n`,
    );
  }
}

/** An unknown fact counts as the default, so the most important ones are listed. */
function showQuestions(
  candidates: readonly Candidate[],
  files: readonly PlannedFile[],
  { terminal }: Shell,
): void {
  if (!files.some(({ path, state }) => path.endsWith("/host.ini") && state === "new")) return;
  const windows = candidates.filter(({ seen }) => seen.os === "windows").length;
  const isServerKnown = candidates.some(({ seen }) => seen.role === "server");
  const lines = [
    ...(isServerKnown ? [] : ["  role = server, on the SEP sesam Server"]),
    ...(windows === 0
      ? ["  os and avx, on Windows hosts: without AVX, STPD has no HTTPS"]
      : [`  avx, on ${countOf(windows, "Windows host")}: without AVX, STPD has no HTTPS`]),
    "  version, if it is older than 5.1.0: such a host needs its plain ports",
  ];
  terminal.out(`\nFacts that are not known are questions in host.ini. Answer these before you merge fixes:
${lines.join("\n")}
${listOpen(files)}`);
}

/** The open questions of each new host.ini, one line for hosts with the same ones. */
function listOpen(files: readonly PlannedFile[]): string {
  const open = files.flatMap((file) => {
    if (!file.path.endsWith("/host.ini") || file.state !== "new") return [];
    const keys = [...file.bytes.matchAll(/^# (\w+) =/gm)].map(([, key]) => key).join(", ");
    return keys === "" ? [] : [{ place: makeVisible(startSafely(file.path)), keys }];
  });
  const lines = [...Map.groupBy(open, ({ keys }) => keys)].map(([keys, [first, ...more]]) => {
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return `  ${first?.place}${others}: ${keys}\n`;
  });
  return `Open questions:\n${lines.join("")}`;
}

/** Paths for git add, without the copies of files from hosts if those are in the config repo. */
function listToCommit(
  candidates: readonly Candidate[],
  files: readonly PlannedFile[],
  { out }: Repo,
): string {
  const own = new Set(files.map(({ path }) => joinPath(out, path)));
  const isCopy = ({ place }: Candidate): boolean =>
    place !== undefined && !own.has(place) && relativePath(out, place) !== undefined;
  if (!candidates.some(isCopy)) return ".";
  return [...new Set(files.map(({ path }) => path.replace(/\/.*/, "")))].map(showWord).join(" ");
}

function showNext({ out, word }: Repo, paths: string, { files, terminal, self }: Shell): void {
  const program = self ?? "sesam-harden";
  const git = word === "." ? "git" : `git -C ${word}`;
  const isNew = findAbove(out, ".git", files).found === undefined;
  const start = isNew ? `\n  git init -b main ${word}` : "";
  // No comment, `&&` or single quote: interactive zsh, cmd and PowerShell 5.1 take these otherwise.
  terminal.out(`
Next, list every finding with its line, show the fixes as a diff, and commit:
  ${program} check ${word}
  ${program} fix ${word}${start}
  ${git} add ${paths}
  ${git} commit -m "Import stpd.ini"
Then bring it to GitHub by a pull request; a workflow there opens the one with the fixes:
  ${docsUrl}import.md#from-the-first-verdict-to-the-fix-pull-request
`);
}
