/** Bytes, one character each; undefined where it is no gzip, or unpacks to more than that. */
export function gunzip(packed: Uint8Array, most: number): string | undefined {
  const { gunzipSync } = process.getBuiltinModule("node:zlib");
  try {
    return gunzipSync(packed, { maxOutputLength: most }).toString("latin1");
  } catch {
    return undefined;
  }
}
