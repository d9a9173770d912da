import { expect, test } from "vitest";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import type { HostProbe } from "../../../src/core/probe/host-probe.ts";
import { probeHost } from "../../../src/core/probe/probe-host.ts";
import { startStpd } from "../../support/fakes/host/limits.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";
import { randomHello } from "../../../src/adapters/runtime/crypto.ts";

const program = compileStpd();

/** Probes a name that resolves to loopback, regardless of this machine's resolver. */
function probe(host: string, port: number): Promise<HostProbe> {
  const network = createNetwork({ sockets: 64, timeoutMs: 5000 });
  const resolve = async () => ({ kind: "addresses", addresses: ["127.0.0.1"] }) as const;
  const demands = { profile: "vendor", filteredPort: "unknown", nowMs: Date.now() } as const;
  const ports = { https: port, http: 1, ftp: 2 };
  const request = { host, ports, demands, full: false, unreachable: [] };
  return probeHost(request, { network: { ...network, resolve }, random: randomHello });
}

test.skipIf(program === undefined)(
  "a name with an underscore, which GnuTLS refuses, is bad with that cause, and no other name is",
  async () => {
    const port = await startStpd(program ?? "", vendorPriority, {});
    const refused = await probe("rds_1.example", port);
    expect(refused.verdict).toBe("bad");
    const [address] = refused.addresses;
    expect(address?.reasons).toEqual([
      {
        answer: "bad",
        code: "name-refused",
        message: `port ${port} rejects every client that requests rds_1.example: the name contains an underscore, which GnuTLS rejects`,
      },
    ]);
    expect(address?.certificate?.subject).toBe("CN=localhost");
    expect((await probe("rds-1.example", port)).verdict).toBe("good");
  },
);
