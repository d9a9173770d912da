/** Stands for @octokit/graphql in the bundle: nothing here asks by GraphQL; see rolldown.config.mjs. */
export function withCustomRequest() {
  return { defaults: () => refuse };
}

function refuse() {
  throw new Error("GraphQL is not part of this bundle");
}
