import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import type { StandInAnswer } from "../support/workers/stand-in-worker.ts";
import type { Flavour } from "../support/fakes/host/stand-in-host.ts";
import { compileStpd } from "../support/fakes/host/stand-in-stpd.ts";

const isolated = canIsolate();
const worker = fileURLToPath(new URL("../support/workers/stand-in-worker.ts", import.meta.url));

const all = "https http ftp";
const seen = {
  down: "nothing",
  "first start": `0: ${all}`,
  "old config": `0: ${all}`,
  works: "0: https",
  fails: "1: nothing",
  "stays down": "0: nothing",
  slow: "0: https",
  hangs: "SIGKILL: https",
  "hangs down": "SIGKILL: nothing",
  neighbour: "0: https",
  "https dies": `0: ${all}`,
  invalid: "nothing",
  "killed job": `0: ${all}`,
};

async function examine(flavour: Flavour): Promise<StandInAnswer> {
  const { status, stdout, stderr } = await runInNamespace(worker, { args: [flavour] });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const expected: Omit<StandInAnswer, "refusal"> = {
  seen,
  sameKey: { "first start": true, neighbour: false },
  messages: {
    up: expect.stringMatching(/^0: sesam 5\.1\.0\.14\nstpd: up since \d{4}-\d\d-\d\dT[\d:.]+Z\n$/),
    down: "3: sesam 5.1.0.14\nstpd: down\n",
    idle: "0: no transfers\n",
    busy: "1: 2 transfers\n",
    invalid: expect.stringMatching(/^1: the service did not start: stpd: .+\n$/),
  },
};

test.skipIf(!isolated || compileStpd() === undefined)(
  "a host with libmicrohttpd serves what its files say, and closes on old clients",
  async () => {
    expect(await examine("microhttpd")).toEqual({ ...expected, refusal: "ECONNRESET" });
  },
);

test.skipIf(!isolated || !hasPeer("gnutls-serv", "--version"))(
  "a host with gnutls-serv serves what its files say, and sends old clients an alert",
  async () => {
    const refusal = "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION";
    expect(await examine("gnutls-serv")).toEqual({ ...expected, refusal });
  },
);
