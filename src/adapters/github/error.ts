import { showMinute } from "../../core/base/dates.ts";
import { HardenError } from "../../core/base/errors.ts";
import { shorten } from "../../core/base/text.ts";

/**
 * no-answer: no answer came, so what became of the request is unknown; trouble: 5xx, which is no
 * better; rate-limited: nothing was done; missing: 404; gone: 410; conflict: 409; unauthorized: 401;
 * forbidden: 403; invalid: 422; other: another status.
 */
export type GithubReason =
  | "no-answer"
  | "trouble"
  | "rate-limited"
  | "missing"
  | "gone"
  | "conflict"
  | "unauthorized"
  | "forbidden"
  | "invalid"
  | "other";

/** A refusal by GitHub, as data: decide by `reason`, never by the words of `message`. */
export class GithubError extends HardenError {
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  readonly reason: GithubReason;
  /** GitHub's own words: its message, and those of its list of errors. Foreign text. */
  readonly said: readonly string[];

  constructor(
    { status, reason, said }: Pick<GithubError, "status" | "reason" | "said">,
    message: string,
    next: string,
  ) {
    super("broke", message, next);
    this.name = "GithubError";
    this.status = status;
    this.reason = reason;
    this.said = said;
  }
}

/** What to do next, for others than a job of a workflow. */
export interface Advice {
  /** Where the token is not valid. */
  readonly token: string;
  /** Where it may not do something. */
  readonly access: string;
  /** Where GitHub does not answer, or not now. */
  readonly again: string;
}

export const rerun = "Run the workflow again: it finds what was done, and goes on from there.";

interface Answer {
  /** Undefined where GitHub did not answer. */
  readonly status: number | undefined;
  readonly said: readonly string[];
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

interface Body {
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** What a thrown value of the HTTP client says of GitHub's answer. */
export function readAnswer(error: unknown): Answer {
  const isAnswer = typeof error === "object" && error !== null && "response" in error;
  const response = isAnswer
    ? (error.response as { status?: number; headers?: Answer["headers"]; data?: Body } | undefined)
    : undefined;
  const { message, errors } = response?.data ?? {};
  const listed = Array.isArray(errors) ? errors.map(readListed) : [];
  const said = [message, ...listed].filter((text) => typeof text === "string" && text !== "");
  return {
    status: response?.status,
    said: [...new Set(said as readonly string[])],
    headers: response?.headers ?? {},
  };
}

/** An error of the list is a text, or an object with a message or with the field that is wrong. */
function readListed(error: unknown): string | undefined {
  if (typeof error === "string") return error;
  const { message, field, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message === "string") return message;
  return typeof field === "string" ? `${field}: ${String(code)}` : undefined;
}

export function isLimit({ status, headers, said }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    said.some((text) => /rate limit/i.test(text))
  );
}

const reasons: Readonly<Record<number, GithubReason>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "missing",
  409: "conflict",
  410: "gone",
  422: "invalid",
};

/** GitHub's texts for causes that need a remedy of their own; it has no codes for them. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /not permitted to create or approve pull requests/i,
    "Allow it in Settings, Actions, General, Workflow permissions, of the repository and of its organization; or give the input token the token of a GitHub App.",
  ],
  [
    /archived/i,
    "The repository is archived, so nothing can be written: unarchive it, or remove this workflow.",
  ],
  [/SAML/, "Authorize the token for the organization's SAML single sign-on."],
  [
    /IP allow list/i,
    "Add the address of the runner to the organization's IP allow list, or use a runner whose address is on it.",
  ],
  [
    /disabled workflow/i,
    "Enable the workflow in the Actions tab of the repository; GitHub disables scheduled ones after 60 days without activity.",
  ],
  [
    /verified signatures|signed commits/i,
    "A rule asks for signed commits: use the token of a GitHub App, whose commits GitHub signs.",
  ],
  [
    /branch name must|rule violations|creations being restricted|protected branch|through a pull request/i,
    "A ruleset or branch protection forbids it: let the token's App bypass it, or set the input branch-prefix to a name that the rules allow.",
  ],
  [/draft pull requests are not supported/i, "Set the input draft to false."],
  [/fast.forward|already exists|does not exist|update failed/i, rerun],
];

export interface Explained {
  /** `POST /repos/example/config/pulls`, without a query. */
  readonly request: string;
  readonly advice: Advice | undefined;
}

/** What GitHub's answer means, and what to do; never with the request's headers, which hold the token. */
export function explainGithubError(error: unknown, { request, advice }: Explained): HardenError {
  // What gives the token has said already what is wrong with it.
  if (error instanceof HardenError) return error;
  const answer = readAnswer(error);
  const { status, said } = answer;
  const again = advice?.again ?? rerun;
  const fail = (reason: GithubReason, message: string, next: string): GithubError =>
    new GithubError({ status, reason, said }, message, next);
  if (status === undefined) return fail("no-answer", `GitHub did not answer ${request}`, again);
  const quoted = said.length > 0 ? `: "${shorten(said.join("; "), 500)}"` : "";
  const what = `GitHub refused ${request} (${status})${quoted}`;
  if (isLimit(answer))
    return fail("rate-limited", `${what}: too many requests`, waitFor(answer, advice));
  if (status >= 500) {
    return fail("trouble", `GitHub failed at ${request} (${status})${quoted}`, again);
  }
  const reason = reasons[status] ?? "other";
  const remedy = remedies.find(([pattern]) => said.some((text) => pattern.test(text)))?.[1];
  return fail(reason, what, remedy ?? adviseOn(reason, request, advice));
}

/**
 * An answer that does not come from GitHub's API: a redirect of a request that writes, or a body that
 * is not JSON. Whether the request reached GitHub is unknown, so it counts as no answer.
 */
export function misread(status: number, request: string, advice: Advice | undefined): GithubError {
  const what =
    status >= 300
      ? `GitHub redirected ${request} (${status}), so it was not carried out as asked`
      : `the answer to ${request} (${status}) is not JSON, so it is not GitHub's`;
  const next = `See that the repository was not renamed and that no proxy answers in place of GitHub. ${advice?.again ?? rerun}`;
  return new GithubError({ status, reason: "no-answer", said: [] }, what, next);
}

/** For an answer with success that is not what GitHub describes. */
export function misshapen(what: string): HardenError {
  return new HardenError(
    "broke",
    `GitHub's answer holds no ${what} of the form that GitHub describes`,
    "It is asked again. If it stays so, see what stands between this machine and GitHub.",
  );
}

function waitFor({ headers }: Answer, advice: Advice | undefined): string {
  const reset = Number(headers["x-ratelimit-reset"]);
  const until = Number.isFinite(reset) && reset > 0 ? ` after ${showMinute(reset)}` : " later";
  return advice?.again ?? `Run the workflow again${until}.`;
}

function adviseOn(reason: GithubReason, request: string, advice: Advice | undefined): string {
  switch (reason) {
    case "unauthorized":
      return advice?.token ?? "Give the input token a valid token.";
    case "forbidden":
    case "missing": {
      const permission = request.includes("/git/") ? "contents: write" : "pull-requests: write";
      return (
        advice?.access ??
        `Add \`permissions: { contents: write, pull-requests: write }\` to the job (this needs ${permission}). If it has them, see that the repository was not renamed.`
      );
    }
    default:
      return advice?.again ?? "Correct what GitHub names, then run the workflow again.";
  }
}

/** True where what became of a request is unknown: no answer, or GitHub in trouble. */
export function isUnknown(error: unknown): boolean {
  return hasReason(error, "no-answer", "trouble");
}

/** True for HTTP 404 and for an empty repository's 409. */
export function isMissing(error: unknown): boolean {
  return hasReason(error, "missing", "conflict");
}

/** True for HTTP 422. */
export function isRefused(error: unknown): boolean {
  return hasReason(error, "invalid");
}

export function hasReason(error: unknown, ...wanted: readonly GithubReason[]): boolean {
  return error instanceof GithubError && wanted.includes(error.reason);
}
