/** Replaces json-with-bigint in the bundle, because no answer has a number beyond 2 ** 53. */
export const JSONParse = JSON.parse;
export const JSONStringify = JSON.stringify;
