import { lookup } from "node:dns";
import type { NetworkPort } from "../../core/probe/network-port.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "it is unknown to the name server",
  ENODATA: "it has no address",
  EAI_AGAIN: "the name server did not answer",
};

/** As every program of this machine resolves a name, with its hosts file. */
export function createNames(timeoutMs: number): Pick<NetworkPort, "resolve"> {
  return {
    resolve: (name) =>
      new Promise((resolve) => {
        const timer = setTimeout(
          () => resolve({ kind: "failed", reason: "the name server did not answer in time" }),
          timeoutMs,
        );
        lookup(name, { all: true, order: "verbatim" }, (error, addresses) => {
          clearTimeout(timer);
          if (error === null) {
            const list = [...new Set(addresses.map(({ address }) => address))];
            return resolve({ kind: "addresses", addresses: list });
          }
          const code = error.code ?? error.message;
          // Deno's answer; an entry with a port does not permit to resolve the name.
          const denied = `Deno needs --allow-net=${name}, and the same for each of its addresses`;
          const reason = code === "EPERM" ? denied : (reasons[code] ?? code);
          return resolve({ kind: "failed", reason });
        });
      }),
  };
}
