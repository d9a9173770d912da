import { showMinute } from "../../core/base/dates.ts";
import { HardenError } from "../../core/base/errors.ts";
import { shorten } from "../../core/base/text.ts";
import { queryRoute } from "./routes.ts";

/**
 * no-answer: GitHub did not answer, so it is unknown whether the request took effect;
 * trouble: 5xx, where that is unknown, too; rate-limited: the request had no effect;
 * query-limited: the same, but only queries are limited; missing: 404; gone: 410;
 * conflict: 409; unauthorized: 401; forbidden: 403; invalid: 422; other: another status.
 */
export type GithubReason =
  | "no-answer"
  | "trouble"
  | "rate-limited"
  | "query-limited"
  | "missing"
  | "gone"
  | "conflict"
  | "unauthorized"
  | "forbidden"
  | "invalid"
  | "other";

/** A refusal by GitHub as data. Decide by `reason`, never by the wording of `message`. */
export class GithubError extends HardenError {
  /** HTTP status; undefined without a response. */
  readonly status: number | undefined;
  readonly reason: GithubReason;
  /** GitHub's message and those of its list of errors. Untrusted text. */
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

/** Advice for callers other than a workflow job. */
export interface Advice {
  /** If the token is invalid. */
  readonly token: string;
  /** If the token lacks a permission. */
  readonly access: string;
  /** If GitHub does not respond, or limits requests. */
  readonly again: string;
}

export const rerun = "Run the workflow again: it continues where it stopped.";

interface Answer {
  /** Undefined if GitHub did not answer. */
  readonly status: number | undefined;
  readonly said: readonly string[];
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

interface Body {
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** Reads GitHub's response from an error of the HTTP client. */
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

/** An item of the error list is a text, or an object with a message or the wrong field. */
function readListed(error: unknown): string | undefined {
  if (typeof error === "string") return error;
  const { message, field, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message === "string") return message;
  return typeof field === "string" ? `${field}: ${String(code)}` : undefined;
}

function isLimit({ status, headers, said }: Answer): boolean {
  if (status === 429) return true;
  // Refused queries have the status 200.
  if (status !== 403 && status !== 200) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    said.some((text) => /rate limit/i.test(text))
  );
}

/**
 * Whether a query used up the points per hour, which GitHub counts apart from other requests.
 * Secondary limits are common to all requests.
 */
function isOfQueries({ headers, said }: Answer): boolean {
  return (
    (headers["x-ratelimit-remaining"] === "0" || headers["x-ratelimit-resource"] === "graphql") &&
    headers["retry-after"] === undefined &&
    !said.some((text) => /secondary/i.test(text))
  );
}

/** What a query returned: untrusted values by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The repository's fields in the body of an answer to a query; undefined if there are none. */
export function readFields(body: unknown): Fields | undefined {
  const { data } = (body ?? {}) as { readonly data?: { readonly repository?: unknown } | null };
  const fields = data?.repository;
  return typeof fields === "object" && fields !== null ? (fields as Fields) : undefined;
}

/** GitHub reports a refused query as a successful answer without fields; returns it as an error. */
export function findQueryRefusal(response: { readonly data: unknown }): Error | undefined {
  if (readFields(response.data) !== undefined) return undefined;
  return Object.assign(new Error("refused"), { response });
}

const reasons: Readonly<Record<number, GithubReason>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "missing",
  409: "conflict",
  410: "gone",
  422: "invalid",
};

/** Advice for causes that GitHub only describes in text, without a code. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /not permitted to create or approve pull requests/i,
    "Allow it in Settings, Actions, General, Workflow permissions, of the repository and of its organization; or set the input token to the token of a GitHub App.",
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
    "A rule requires signed commits: use the token of a GitHub App, whose commits GitHub signs.",
  ],
  [
    /branch name must|rule violations|creations being restricted|protected branch|through a pull request/i,
    "A ruleset or branch protection forbids it: allow the token's App to bypass it, or set the input branch-prefix to a name that the rules allow.",
  ],
  [/draft pull requests are not supported/i, "Set the input draft to false."],
  [/fast.forward|already exists|does not exist|update failed/i, rerun],
];

export interface Explained {
  /** `POST /repos/example/config/pulls`, without a query. */
  readonly request: string;
  readonly advice: Advice | undefined;
}

/** Explains GitHub's response. Never includes the request's headers, which contain the token. */
export function explainGithubError(error: unknown, { request, advice }: Explained): HardenError {
  // The token source has already explained what is wrong.
  if (error instanceof HardenError) return error;
  const answer = readAnswer(error);
  const { status, said } = answer;
  const again = advice?.again ?? rerun;
  const fail = (reason: GithubReason, message: string, next: string): GithubError =>
    new GithubError({ status, reason, said }, message, next);
  if (status === undefined) return fail("no-answer", `GitHub did not answer ${request}`, again);
  const quoted = said.length > 0 ? `: "${shorten(said.join("; "), 500)}"` : "";
  const what = `GitHub refused ${request} (${status})${quoted}`;
  if (isLimit(answer)) {
    const isOwn = request === queryRoute && isOfQueries(answer);
    return fail(
      isOwn ? "query-limited" : "rate-limited",
      `${what}: too many requests`,
      waitFor(answer, advice),
    );
  }
  if (status >= 500) {
    return fail("trouble", `GitHub failed at ${request} (${status})${quoted}`, again);
  }
  const reason = reasons[status] ?? "other";
  const remedy = remedies.find(([pattern]) => said.some((text) => pattern.test(text)))?.[1];
  return fail(reason, what, remedy ?? adviseOn(reason, request, advice));
}

/**
 * An answer that is not from GitHub's API: a redirect of a write, or a body that is not JSON. It is
 * unknown whether the request reached GitHub, so it counts as no answer.
 */
export function misread(status: number, request: string, advice: Advice | undefined): GithubError {
  const what =
    status >= 300
      ? `GitHub redirected ${request} (${status}), so the request was not carried out`
      : `the response to ${request} (${status}) is empty, cut off, or not from GitHub`;
  const next = `Check that the repository was not renamed and that no proxy responds instead of GitHub. ${advice?.again ?? rerun}`;
  return new GithubError({ status, reason: "no-answer", said: [] }, what, next);
}

/** For a successful answer with an unexpected format. */
export function misshapen(what: string): HardenError {
  return new HardenError(
    "broke",
    `GitHub's response has no valid ${what}`,
    "The request is repeated. If the error persists, check proxies between this machine and GitHub.",
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
      return advice?.token ?? "Set the input token to a valid token.";
    case "forbidden":
    case "missing": {
      const permission = request.includes("/git/") ? "contents: write" : "pull-requests: write";
      return (
        advice?.access ??
        `Add \`permissions: { contents: write, pull-requests: write }\` to the job (this needs ${permission}). If it has them, check that the repository was not renamed.`
      );
    }
    default:
      return advice?.again ?? "Correct what GitHub reports, then run the workflow again.";
  }
}

/** True if the outcome of a request is unknown: no response, or a server error. */
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
