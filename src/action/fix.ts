import { getBooleanInput, getInput, getMultilineInput, setOutput } from "@actions/core";
import { createGithub } from "../adapters/github.ts";
import { hashSha1 } from "../adapters/hashes.ts";
import { renderDiff } from "../adapters/unified-diff.ts";
import { HardenError } from "../core/harden-error.ts";
import { makeVisible } from "../core/text.ts";
import type { FleetCheck } from "../usecases/check-fleet.ts";
import { fixByPullRequest, type FixResult } from "../usecases/fix-pull-request.ts";
import type { InputName, OutputName } from "./contract.ts";
import type { ActionShell } from "./main.ts";

/** Events on which a branch was checked that a pull request can go back to. */
const writingEvents: readonly string[] = [
  "push",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
];

/** Opens, keeps up or closes the pull request with the fixes, and tells of it. */
export async function offerPullRequest(
  { fixes }: FleetCheck,
  prefix: string,
  { environment, terminal, hash }: ActionShell,
): Promise<void> {
  const read = (name: string): string => environment[name] ?? "";
  const event = read("GITHUB_EVENT_NAME");
  if (event === "pull_request_target") {
    throw new HardenError(
      "usage",
      "no fix is made on pull_request_target, which gives foreign files a token that can write",
      "Run the fix on push, schedule or by hand, and the check on pull_request.",
    );
  }
  if (!writingEvents.includes(event) || !read("GITHUB_REF").startsWith("refs/heads/")) {
    terminal.out(
      `No fix pull request on ${makeVisible(event)}: it is for branches, on push, schedule and manual runs.\n`,
    );
    return;
  }
  const [owner = "", repo = ""] = read("GITHUB_REPOSITORY").split("/");
  const base = read("GITHUB_REF").slice("refs/heads/".length);
  useProxy(environment);
  const { git, pulls } = createGithub({
    apiUrl: read("GITHUB_API_URL") || "https://api.github.com",
    owner,
    repo,
    token: getInput("token" satisfies InputName),
    draft: getBooleanInput("draft" satisfies InputName),
    labels: readList("labels"),
    reviewers: readList("reviewers"),
    fetch: globalThis.fetch,
    wait: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
    sha1: hashSha1,
  });
  const branch = getInput("branch-prefix" satisfies InputName) + base;
  const request = { fixes, prefix, base, sha: read("GITHUB_SHA"), branch };
  report(await fixByPullRequest(request, { git, pulls, hash, renderDiff }), terminal.out);
}

/** One a line, or divided by commas. */
function readList(name: "labels" | "reviewers"): readonly string[] {
  return getMultilineInput(name)
    .flatMap((line) => line.split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Node's fetch minds the usual variables only when it is told to. */
function useProxy(environment: ActionShell["environment"]): void {
  const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
  if (!names.some((name) => environment[name])) return;
  process.getBuiltinModule("node:http").setGlobalProxyFromEnv();
}

function report(result: FixResult, out: (text: string) => void): void {
  const { operation, reason, pull, head, isVerified } = result;
  const values: Readonly<Partial<Record<OutputName, string | number>>> = {
    "pull-request-number": pull?.number ?? "",
    "pull-request-url": pull?.url ?? "",
    "pull-request-operation": operation,
    "pull-request-head-sha": head ?? "",
    "pull-request-verified": isVerified === undefined ? "" : String(isVerified),
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
  out(`Fix pull request ${operation}: ${makeVisible(reason)}. ${pull?.url ?? ""}`.trimEnd() + "\n");
}
