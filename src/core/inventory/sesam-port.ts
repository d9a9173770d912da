import type { PageHeader } from "./page.ts";

/** One question to the REST API of a SEP sesam Server. */
export interface RestRequest {
  readonly method: "GET" | "POST";
  /** Below the API's own path, with a slash in front; may have a query. */
  readonly path: string;
  /** Undefined for the login alone. */
  readonly session: string | undefined;
  /** Sent as JSON; with POST alone. */
  readonly body: unknown;
}

/** What came back: whole, within the limits, and from the server that the certificate names. */
export interface RestAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** Undefined where the body is no JSON in UTF-8. */
  readonly content: { readonly json: unknown } | undefined;
  /** In small letters, without parameters; empty where there is none. */
  readonly mediaType: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly header: PageHeader;
}

export type RestReply = RestAnswer | { readonly kind: "failed"; readonly reason: string };

/** Asks once, without another try, and follows no redirect. Never throws or rejects. */
export interface SesamRest {
  readonly ask: (request: RestRequest) => Promise<RestReply>;
}
