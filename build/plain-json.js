/** Stands for json-with-bigint in the bundle, which reads numbers beyond 2 ** 53: no answer here has one. */
export const JSONParse = JSON.parse;
export const JSONStringify = JSON.stringify;
