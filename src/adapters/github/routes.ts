import type { Endpoints } from "@octokit/types";
import type { ListEndpoints } from "./paginate.ts";

/** Types from GitHub's OpenAPI description: the server's claim, which is not checked. */
export type Route = keyof Endpoints;
export type ReadRoute = Extract<Route, `GET ${string}`>;
export type ListRoute = keyof ListEndpoints;

/** GitHub's ids are far below 2^53, so none is a bigint. */
type Plain<Value> = Value extends bigint
  ? never
  : Value extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Plain<Value[Key]> }
      : Value;

type Without<Parameters, Names> = {
  readonly [
    Key in keyof Parameters as string extends Key ? never : Key extends Names ? never : Key
  ]: Plain<Parameters[Key]>;
};

/** GraphQL. Only queries are sent there, never mutations. */
export const queryRoute = "POST /graphql";

/** Parameters of a route, without the repository. */
export type Given<R extends Route> = Without<Endpoints[R]["parameters"], "owner" | "repo">;

/** The same for a list, without paging. */
export type Selected<R extends ListRoute> = Without<
  ListEndpoints[R]["parameters"],
  "owner" | "repo" | "page" | "per_page"
>;

export type Answered<R extends Route> = Plain<Endpoints[R]["response"]["data"]>;

/** A list is an array, or part of an object with the number of its items. */
type ItemOf<Page> = Page extends readonly (infer Item)[]
  ? Item
  : Extract<Page[keyof Page], readonly unknown[]>[number];

/** An item of a list. */
export type Listed<R extends ListRoute> = Plain<ItemOf<ListEndpoints[R]["response"]["data"]>>;
