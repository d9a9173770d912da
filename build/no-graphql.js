/** Replaces @octokit/graphql in the bundle, because queries are sent without it; see rolldown.config.mjs. */
export function withCustomRequest() {
  return { defaults: () => refuse };
}

function refuse() {
  throw new Error("@octokit/graphql is not part of this bundle");
}
