import { expect, test } from "vitest";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import type { AddressProbe } from "../../../src/core/probe/address-probe.ts";
import { probeAddress } from "../../../src/core/probe/probe-address.ts";
import {
  holdIdle,
  startHaproxy,
  startStpd,
  startTokenBucket,
  type StpdLimits,
} from "../../support/fakes/host/limits.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";
import { randomHello } from "../../../src/adapters/runtime/crypto.ts";

const program = compileStpd();
const hasHaproxy = hasPeer("haproxy", "-v");
const runs = 3;

function probe(port: number): Promise<AddressProbe> {
  const tools = { network: createNetwork({ sockets: 64, timeoutMs: 5000 }), random: randomHello };
  const demands = { profile: "vendor", filteredPort: "unknown", nowMs: Date.now() } as const;
  const ports = { https: port, http: 1, ftp: 2 };
  const request = { address: "127.0.0.1", serverName: undefined, ports, demands, full: false };
  return probeAddress(request, tools);
}

interface Front {
  readonly name: string;
  readonly limits?: StpdLimits;
  /** Clients that send nothing, which count too. */
  readonly idle?: number;
  readonly front?: (target: number) => Promise<number>;
}

const isHello = "{ req_ssl_hello_type 1 }";
const track = "tcp-request connection track-sc0 src";
const readFirst = (when: string) => (target: number) =>
  startHaproxy(target, [
    track,
    "tcp-request inspect-delay 2s",
    `tcp-request content reject if ${isHello} ${when}`,
    `tcp-request content accept if ${isHello}`,
  ]);
const atOnce = (when: string) => (target: number) =>
  startHaproxy(target, [track, `tcp-request connection reject if ${when}`]);

const fronts: readonly Front[] = [
  { name: "nothing" },
  ...[2, 3, 4, 6].map((most): Front => ({
    name: `haproxy, which closes above ${most} concurrent connections`,
    front: atOnce(`{ sc0_conn_cur gt ${most} }`),
  })),
  ...[2, 4].map((most): Front => ({
    name: `haproxy, which reads the hello and closes above ${most} concurrent connections`,
    front: readFirst(`{ sc0_conn_cur gt ${most} }`),
  })),
  ...[8, 40, 120].flatMap((most): readonly Front[] => [
    {
      name: `haproxy, which closes above ${most} per second`,
      front: atOnce(`{ sc0_conn_rate gt ${most} }`),
    },
    {
      name: `haproxy, which reads the hello and closes above ${most} per second`,
      front: readFirst(`{ sc0_conn_rate gt ${most} }`),
    },
  ]),
  ...["2", "3"].map((most): Front => ({
    name: `libmicrohttpd, which accepts ${most} per address`,
    limits: { STPD_PER_IP: most },
  })),
  {
    name: "libmicrohttpd, whose four threads accept two each",
    limits: { STPD_LIMIT: "8", STPD_POOL: "4" },
  },
  {
    name: "libmicrohttpd, with one of four threads full",
    limits: { STPD_LIMIT: "4", STPD_POOL: "4" },
    idle: 1,
  },
  {
    name: "haproxy, which reads the hello, before libmicrohttpd with two of four threads full",
    limits: { STPD_LIMIT: "4", STPD_POOL: "4" },
    idle: 2,
    front: readFirst("FALSE"),
  },
  {
    name: "a token bucket",
    front: (target) => startTokenBucket(target, { tokens: 10, milliseconds: 20 }),
  },
];

test.skipIf(program === undefined || !hasHaproxy).each(fronts)(
  "behind $name, TLS 1.1 is never reported as refused, and a hardened host never as bad",
  async ({ name, limits = {}, idle = 0, front }) => {
    const start = async (priority: string): Promise<number> => {
      const port = await startStpd(program ?? "", priority, limits);
      holdIdle(port, idle);
      return front === undefined ? port : front(port);
    };
    const old = await start("NORMAL:-VERS-TLS1.0");
    const hard = await start(vendorPriority);
    for (let run = 0; run < runs; run++) {
      const found = await probe(old);
      expect(found.verdict).not.toBe("good");
      expect(found.protocols["TLS1.1"]?.answer).not.toBe("refused");
      const { verdict, reasons } = await probe(hard);
      expect(verdict, JSON.stringify(reasons)).not.toBe("bad");
      // With a limit, the load of the machine decides how much gets through.
      if (name === "nothing") expect(verdict, JSON.stringify(reasons)).toBe("good");
    }
  },
);
