import { getInput, getMultilineInput, setOutput, warning } from "@actions/core";
import { createGithub, type PullOptions } from "../adapters/github/pull-requests.ts";
import { nameBlob } from "../adapters/runtime/crypto.ts";
import { openGithubClient, type GithubClient } from "../adapters/github/client.ts";
import { createReviews } from "../adapters/github/reviews.ts";
import { listLineChanges, renderDiff } from "../adapters/unified-diff.ts";
import type { FixPullRequest } from "../core/fix/pull-request.ts";
import { HardenError } from "../core/base/errors.ts";
import { joinPath } from "../core/base/paths.ts";
import { decodeBytes, makeVisible, countOf } from "../core/base/text.ts";
import { checkFleet, type CheckRequest, type FleetCheck } from "../core/check/check-fleet.ts";
import { describeRelaxed, joinItems } from "../core/report/relaxed.ts";
import {
  decorateOnce,
  fixByPullRequest,
  type FixResult,
  type Pulls,
} from "../core/fix/sync-pull-request.ts";
import { previewFixes } from "../core/check/preview-fixes.ts";
import { suggestFixes } from "../core/fix/post-suggestions.ts";
import type { InputName, OutputName } from "./inputs.ts";
import { escapeMarkdown } from "../core/formats/markdown.ts";
import type { ActionShell } from "./context.ts";

/** Events that check a branch, so a fix pull request can have it as base. */
const writingEvents: readonly string[] = [
  "push",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
];

export type FixMode = "pull-request" | "suggest";

export interface FixContext {
  readonly found: FleetCheck;
  /** The request of the check, to repeat it with the fixes applied. */
  readonly request: CheckRequest;
  /** Path from the repository root to the fleet's root: empty or like `config/`. */
  readonly prefix: string;
  /** Opens the pull request as a draft. */
  readonly draft: boolean;
}

/** Opens the fix pull request or posts suggestions, if the event allows it, and logs the result. */
export async function offerFixes(
  mode: FixMode,
  { found, request, prefix, draft }: FixContext,
  shell: ActionShell,
): Promise<void> {
  const { environment, terminal, files, hash } = shell;
  const read = (name: string): string => environment[name] ?? "";
  const event = read("GITHUB_EVENT_NAME");
  if (event === "pull_request_target") {
    throw new HardenError(
      "usage",
      "fix does not run on pull_request_target, which would combine untrusted files with a write token",
      "Run fix on push, schedule or workflow_dispatch, and check on pull_request.",
    );
  }
  if (mode === "suggest") return suggest(found.fixes, prefix, shell);
  if (!writingEvents.includes(event) || !read("GITHUB_REF").startsWith("refs/heads/")) {
    terminal.out(
      `No fix pull request on ${makeVisible(event)}: it needs a branch and push, schedule or a manual run.\n`,
    );
    return undefined;
  }
  const base = read("GITHUB_REF").slice("refs/heads/".length);
  const { git, pulls } = createGithub(openClient(environment), readOptions(draft));
  const branchPrefix = getInput("branch-prefix" satisfies InputName);
  const hosts = previewFixes(request, found, files);
  const readFile = (path: string): string | undefined => {
    const reading = files.read(joinPath(found.root, path.slice(prefix.length)), maxFileBytes);
    return reading.kind === "bytes" ? reading.bytes : undefined;
  };
  // The step's own `fail-on` is about the step; the check of the pull request follows the settings.
  const { overrides } = request;
  const checked =
    overrides.failOn === undefined
      ? found
      : checkFleet({ ...request, overrides: { ...overrides, failOn: undefined } }, files);
  const result = await fixByPullRequest(
    {
      hosts,
      prefix,
      base,
      sha: read("GITHUB_SHA"),
      branchPrefix,
      title: readText("title"),
      commitMessage: readText("commit-message"),
      relaxed: describeRelaxed(checked).map(joinItems),
    },
    { git, pulls, hash, nameBlob, renderDiff, read: readFile },
  );
  report(result, terminal.out);
  if (result.undecorated !== undefined) await decorate(result.undecorated, pulls);
  return undefined;
}

/** The pull request exists already, so a rejected label or reviewer is only a warning. */
async function decorate(pull: FixPullRequest, pulls: Pulls): Promise<void> {
  try {
    await decorateOnce(pull, pulls);
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const what =
      "the pull request was created, but some labels, assignees or reviewers could not be set";
    const inputs = "Check the inputs labels, assignees, reviewers and team-reviewers.";
    warning(makeVisible(`${what}: ${error.message}\n${inputs}`));
  }
}

/** Posts review suggestions on changed lines; lists other fixes in the summary. */
async function suggest(
  fixes: FleetCheck["fixes"],
  prefix: string,
  { environment, terminal, files, hash }: ActionShell,
): Promise<void> {
  const event = readEvent(environment, files);
  if (event === undefined) {
    terminal.out("No suggestions: not a pull request.\n");
    return;
  }
  const tell = (text: string): void => {
    terminal.out(`${text}\n`);
    const summaryFile = environment["GITHUB_STEP_SUMMARY"];
    if (summaryFile) terminal.append(summaryFile, `\n${text}\n`);
  };
  if (event.isFork) {
    tell(
      "No suggestions on pull requests from forks, because their token is read-only. A maintainer can run `sesam-harden fix` on the branch instead.",
    );
    return;
  }
  const reviews = createReviews(openClient(environment));
  const request = { fixes, prefix, number: event.number, sha: event.sha };
  const { offered, known, rest } = await suggestFixes(request, { reviews, hash, listLineChanges });
  const places = rest.map(({ path }) => escapeMarkdown(path)).slice(0, 50);
  const more = rest.length > places.length ? ` and ${rest.length - places.length} more` : "";
  const left =
    rest.length > 0
      ? ` Run \`sesam-harden fix\` for fixes that cannot be suggested: ${places.join(", ")}${more}.`
      : "";
  tell(
    `${countOf(offered, "new fix suggestion")} on changed lines, ${known} posted before.${left}`,
  );
}

interface PullEvent {
  readonly number: number;
  readonly sha: string;
  readonly isFork: boolean;
}

/** The pull request of the event; undefined if there is none. */
function readEvent(
  environment: ActionShell["environment"],
  files: ActionShell["files"],
): PullEvent | undefined {
  const path = environment["GITHUB_EVENT_PATH"];
  if (environment["GITHUB_EVENT_NAME"] !== "pull_request" || !path) return undefined;
  const reading = files.read(files.absolute(path), largestEvent);
  if (reading.kind !== "bytes") return undefined;
  const event: PullPayload = JSON.parse(decodeBytes(reading.bytes));
  const { number, head } = event.pull_request;
  // A deleted head repository counts as a fork.
  const isFork = head.repo?.full_name !== event.repository.full_name;
  return { number, sha: head.sha, isFork };
}

/** Maximum size of a file of a host, in bytes. */
const maxFileBytes = 1024 * 1024;
const largestEvent = 64 * 1024 * 1024;

interface PullPayload {
  readonly pull_request: {
    readonly number: number;
    readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  };
  readonly repository: { readonly full_name: string };
}

function readOptions(draft: boolean): PullOptions {
  return {
    draft,
    labels: readList("labels"),
    assignees: readList("assignees"),
    reviewers: readList("reviewers"),
    teamReviewers: readList("team-reviewers"),
  };
}

function openClient(environment: ActionShell["environment"]): GithubClient {
  useProxy(environment);
  const [owner = "", repo = ""] = (environment["GITHUB_REPOSITORY"] ?? "").split("/");
  return openGithubClient({
    apiUrl: environment["GITHUB_API_URL"] || "https://api.github.com",
    owner,
    repo,
    token: getInput("token" satisfies InputName),
    fetch: globalThis.fetch,
    wait: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
    timeoutMs: 30_000,
  });
}

/** Undefined if the input is empty. */
function readText(name: "title" | "commit-message"): string | undefined {
  const text = getInput(name).trim();
  return text === "" ? undefined : text;
}

/** One per line, or separated by commas. */
function readList(
  name: "labels" | "assignees" | "reviewers" | "team-reviewers",
): readonly string[] {
  return getMultilineInput(name)
    .flatMap((line) => line.split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Node's fetch honours the proxy variables only if enabled. */
function useProxy(environment: ActionShell["environment"]): void {
  const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
  if (!names.some((name) => environment[name])) return;
  process.getBuiltinModule("node:http").setGlobalProxyFromEnv();
}

function report(result: FixResult, out: (text: string) => void): void {
  const { operation, reason, pull, branch, head, isVerified, skipped } = result;
  for (const host of skipped.slice(0, 9)) {
    warning(makeVisible(`host ${host.name} was not fixed: ${host.reason}`));
  }
  if (skipped.length > 9) warning(`${countOf(skipped.length - 9, "more host")} not fixed`);
  const values: Readonly<Partial<Record<OutputName, string | number>>> = {
    "pull-request-number": pull?.number ?? "",
    "pull-request-url": pull?.url ?? "",
    "pull-request-branch": branch,
    "pull-request-operation": operation,
    "pull-request-head-sha": head ?? "",
    "pull-request-verified": isVerified === undefined ? "" : String(isVerified),
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
  out(`Fix pull request ${operation}: ${makeVisible(reason)}. ${pull?.url ?? ""}`.trimEnd() + "\n");
}
