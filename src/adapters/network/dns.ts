import { lookup } from "node:dns";
import type { NetworkPort } from "../../core/probe/network-port.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "unknown to the name server",
  ENODATA: "it has no address",
  EAI_AGAIN: "the name server did not answer",
};

/** Resolves a name like other programs on this machine, including its hosts file. */
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
          // Deno's answer; a permission with a port does not cover name resolution.
          const denied = `Deno needs --allow-net=${name}, and the same for each of its addresses`;
          const reason = code === "EPERM" ? denied : (reasons[code] ?? code);
          return resolve({ kind: "failed", reason });
        });
      }),
  };
}
