/** Replaces @octokit/graphql in the bundle, because nothing here uses GraphQL; see rolldown.config.mjs. */
export function withCustomRequest() {
  return { defaults: () => refuse };
}

function refuse() {
  throw new Error("GraphQL is not part of this bundle");
}
