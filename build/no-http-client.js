/** Replaces @actions/http-client in the bundle; see rolldown.config.mjs. */
function notBundled() {
  throw new Error("OpenID tokens are not part of this bundle");
}

export { notBundled as BearerCredentialHandler, notBundled as HttpClient };
