import { request as requestPlain, type ClientRequest } from "node:http";
import { request as requestTls } from "node:https";

/** Posts JSON; false if the answer is not a success, or if there is none in time. */
export type PostJson = (url: string, body: object) => Promise<boolean>;

/** Milliseconds until an answer counts as missing. */
const limitMs = 10_000;

/**
 * Posts over Node's shared connections, which stay open for the next answer. Not with fetch: it
 * holds each request by weak references, which V8 frees only in a full collection of the heap. At
 * 200 commands per second that was 100 MiB. Redirects are not followed.
 */
export const postJson: PostJson = async (url, body) => {
  try {
    const { protocol } = new URL(url);
    const text = Buffer.from(JSON.stringify(body));
    const request = (protocol === "https:" ? requestTls : requestPlain)(url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": text.length },
    });
    const status = readStatus(request);
    request.end(text);
    return await status.then((code) => code >= 200 && code < 300);
  } catch {
    return false;
  }
};

/** The status, once the whole answer was read: only then can the connection be used again. */
async function readStatus(request: ClientRequest): Promise<number> {
  const limit = setTimeout(() => request.destroy(new Error("no answer in time")), limitMs);
  try {
    return await new Promise((resolve, reject) => {
      request.once("error", reject);
      request.once("response", (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode ?? 0));
        answer.once("error", reject);
      });
    });
  } finally {
    clearTimeout(limit);
  }
}
