import { expect, test } from "vitest";
import { createClientHelloProbe } from "../../../src/core/probe/hello-client.ts";
import { probeTls, type TlsSeen } from "../../../src/core/probe/probe-tls.ts";
import type { Exchange, NetworkPort } from "../../../src/core/probe/network-port.ts";
import { createRandom } from "../../support/builders/random.ts";

/** Reaction of a simulated server to one hello; `drop`: it does not read it. */
type Act = number | "close" | "drop" | "late" | "silent" | { readonly alert: number };
interface Hello {
  readonly version: number;
  readonly suites: readonly number[];
  readonly hasSession: boolean;
  readonly hasName: boolean;
  readonly hasGroups: boolean;
  readonly hasFiniteGroups: boolean;
}

const endpoint = { address: "192.0.2.1", port: 11443 };
const vendor = { profile: "vendor", full: false } as const;

function readHello(bytes: Uint8Array): Hello {
  const at = (index: number): number => bytes[index] ?? 0;
  const two = (index: number): number => at(index) * 256 + at(index + 1);
  const session = at(43);
  const start = 44 + session;
  const suites = Array.from({ length: two(start) / 2 }, (_, index) => two(start + 2 + index * 2));
  const extensions = new Map<number, Uint8Array>();
  for (let next = start + 2 + suites.length * 2 + 4; next < bytes.length;) {
    extensions.set(two(next), bytes.subarray(next + 4, next + 4 + two(next + 2)));
    next += 4 + two(next + 2);
  }
  const groups = extensions.get(10) ?? new Uint8Array(0);
  const in13 = extensions.has(43);
  return {
    version: in13 ? 0x0304 : two(9),
    suites,
    hasSession: session > 0,
    hasName: extensions.has(0),
    hasGroups: extensions.has(10),
    hasFiniteGroups: groups.some((byte, index) => index % 2 === 0 && byte === 1),
  };
}

function printAnswer(act: Act, version: number, usual: number): Exchange {
  const bytes = (...list: readonly number[]): Uint8Array => Uint8Array.from(list);
  const elapsedMs = act === "late" ? 3000 : usual;
  if (act === "close" || act === "late") return { kind: "closed", bytes: bytes(), elapsedMs };
  if (act === "drop") return { kind: "dropped", elapsedMs };
  if (act === "silent") return { kind: "silent", bytes: bytes(), elapsedMs };
  if (typeof act === "object") {
    return { kind: "received", bytes: bytes(21, 3, 3, 0, 2, 2, act.alert), elapsedMs };
  }
  const extension = version === 0x0304 ? [0, 6, 0, 43, 0, 2, 3, 4] : [];
  const legacy = Math.min(version, 0x0303);
  const random = Array.from({ length: 32 }, () => 1);
  const body = [legacy >> 8, legacy & 255, ...random, 0, act >> 8, act & 255, 0, ...extension];
  const { length } = body;
  const answer = bytes(22, 3, 3, 0, length + 4, 2, 0, 0, length, ...body);
  return { kind: "received", bytes: answer, elapsedMs };
}

/** `busy`: number of concurrent connections, including this one. */
type Server = (hello: Hello, count: number, busy: number) => Act;

/** A server as a function of the hello, of the number of previous ones, and of concurrent ones. */
function serve(
  act: Server,
  elapsed: number,
): { network: Pick<NetworkPort, "exchange">; seen: Hello[] } {
  const seen: Hello[] = [];
  let busy = 0;
  return {
    seen,
    network: {
      exchange: async (_, bytes, isComplete) => {
        const hello = readHello(bytes);
        if (hello.suites.length === 0) throw new Error("a hello without suites");
        seen.push(hello);
        busy += 1;
        const answer = printAnswer(act(hello, seen.length, busy), hello.version, elapsed);
        await Promise.resolve();
        busy -= 1;
        const isWhole = answer.kind !== "received" || isComplete(answer.bytes);
        return isWhole ? answer : { kind: "silent", bytes: new Uint8Array(0), elapsedMs: 1 };
      },
    },
  };
}

interface Options {
  readonly profile: "vendor" | "strict";
  readonly full: boolean;
  readonly serverName?: string;
  readonly seed?: number;
  /** Milliseconds of each answer. */
  readonly elapsed?: number;
}

async function probe(
  act: Server,
  { serverName, seed = 1, elapsed = 1, ...request }: Options = vendor,
): Promise<{
  tls: TlsSeen;
  answers: Record<string, string>;
  seen: readonly Hello[];
  hellos: number;
}> {
  const { network, seen } = serve(act, elapsed);
  const { below } = createRandom(seed);
  const random = (): Uint8Array => Uint8Array.from({ length: 32 }, () => below(256));
  const tls = await probeTls(request, {
    createAsker: (session) =>
      createClientHelloProbe(network, endpoint, { random, serverName, session }),
    random,
    hasName: serverName !== undefined,
    alone: Promise.resolve(),
    timeMs: 60_000,
  });
  const answers = Object.fromEntries(
    Object.entries(tls).map(([version, { answer }]) => [version, answer]),
  );
  return { tls, answers, seen, hellos: seen.length };
}

/** Selects the first offered suite in its own order. */
const choose = (own: readonly number[], hello: Hello, otherwise: Act): Act =>
  own.find((suite) => hello.suites.includes(suite)) ?? otherwise;

const own12 = [0xc030, 0xc02f, 0x009d];
const own13 = [0x1302, 0x1301];
const hardened = {
  "SSL3.0": "refused",
  "TLS1.0": "refused",
  "TLS1.1": "refused",
  "TLS1.2": "accepted",
  "TLS1.3": "accepted",
};

const alerting = (hello: Hello): Act => {
  if (hello.version < 0x0303) return { alert: 70 };
  return choose(hello.version === 0x0304 ? own13 : own12, hello, { alert: 40 });
};
const closing = (hello: Hello): Act => {
  const act = alerting(hello);
  return typeof act === "object" ? "close" : act;
};

test("a server that sends alerts is known after seven hellos, and six in the forms of other clients", async () => {
  const { answers, hellos, tls } = await probe(alerting);
  expect(answers).toEqual(hardened);
  expect(hellos).toBe(13);
  expect(Object.values(tls).map(({ doubt }) => doubt)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test("a server that closes refuses what it closes on repeatedly", async () => {
  expect((await probe(closing)).answers).toEqual(hardened);
});

test("a full probe names every suite, in the server's order", async () => {
  for (const act of [alerting, closing]) {
    const { tls } = await probe(act, { profile: "vendor", full: true });
    expect(tls["TLS1.2"].suites).toEqual([
      "TLS_ECDHE_RSA_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_AES_128_GCM_SHA256",
      "TLS_RSA_AES_256_GCM_SHA384",
    ]);
    expect(tls["TLS1.3"].suites).toEqual(["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]);
    expect(tls["TLS1.2"].doubt).toBeUndefined();
  }
});

test("a server that closes on everything has refused nothing", async () => {
  const { answers, tls } = await probe(() => "close");
  expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
  expect(tls["TLS1.2"].doubt).toContain("answered no ClientHello");
});

test("finds a single old version, and the others are refused if it closes on them", async () => {
  const { answers } = await probe((hello) => (hello.version === 0x0301 ? 0x002f : "close"));
  expect(answers).toEqual({
    ...hardened,
    "TLS1.0": "accepted",
    "TLS1.2": "refused",
    "TLS1.3": "refused",
  });
});

test("a port that dies midway has refused nothing since", async () => {
  const { answers } = await probe((hello, count) => (count > 2 ? "close" : closing(hello)));
  expect(answers).toEqual({
    "SSL3.0": "unknown",
    "TLS1.0": "unknown",
    "TLS1.1": "unknown",
    "TLS1.2": "accepted",
    "TLS1.3": "accepted",
  });
});

test("an offer that is closed at first and accepted sequentially is accepted", async () => {
  const old = (hello: Hello, _: number, busy: number): Act =>
    hello.version === 0x0302 && busy === 1 ? choose([0x002f], hello, "close") : closing(hello);
  expect((await probe(old)).tls["TLS1.1"]).toMatchObject({
    answer: "accepted",
    suites: ["TLS_RSA_AES_128_CBC_SHA1"],
    doubt: undefined,
  });
  const { tls } = await probe(old, { profile: "vendor", full: true });
  expect(tls["TLS1.1"].answer).toBe("accepted");
  expect(tls["TLS1.1"].doubt).toContain("there may be more");
});

/** TLS 1.1 is enabled; everything else is hardened. */
const withOld: Server = (hello) => (hello.version === 0x0302 ? 0x002f : closing(hello));

test.each([
  { limit: 1, end: "close" },
  { limit: 2, end: "drop" },
  { limit: 3, end: "close" },
  { limit: 4, end: "drop" },
] as const)(
  "more than $limit concurrent connections, which it answers by $end, hide no version",
  async ({ limit, end }) => {
    const limited =
      (server: Server): Server =>
      (hello, count, busy) =>
        busy > limit ? end : server(hello, count, busy);
    expect((await probe(limited(withOld))).answers).toEqual({ ...hardened, "TLS1.1": "accepted" });
    expect((await probe(limited(closing))).answers).toEqual(hardened);
  },
);

test.each([0.02, 0.1, 0.25, 0.5, 0.75, 0.9])(
  "random closes, %f of them, never count as refusals",
  async (share) => {
    for (let seed = 1; seed <= 40; seed++) {
      const { chance } = createRandom(seed * 7919);
      const end = seed % 2 === 0 ? "close" : "drop";
      const lucky: Server = (hello, count, busy) =>
        chance(share) ? end : withOld(hello, count, busy);
      const { tls } = await probe(lucky, { ...vendor, seed });
      const { answer, doubt } = tls["TLS1.1"];
      expect(answer, `seed ${seed}`).not.toBe("refused");
      expect(answer === "accepted" || doubt !== undefined, `seed ${seed}`).toBe(true);
    }
  },
);

test.each([2, 3, 5])("every %ith connection closed does not count as a refusal", async (each) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { answers } = await probe(
      (hello, count, busy) => (count % each === 0 ? "close" : withOld(hello, count, busy)),
      { ...vendor, seed },
    );
    expect(answers["TLS1.1"], `seed ${seed}`).not.toBe("refused");
  }
});

test("a limit that drops some connections does not make a hardened server unknown", async () => {
  const { chance } = createRandom(5);
  const { answers } = await probe((hello) => (chance(0.4) ? "drop" : closing(hello)));
  expect(answers).toEqual(hardened);
});

test("a version on which all connections are reset is unknown", async () => {
  const { tls } = await probe((hello) => (hello.version === 0x0302 ? "drop" : closing(hello)));
  expect(tls["TLS1.1"].answer).toBe("unknown");
  expect(tls["TLS1.1"].doubt).toContain("before reading the ClientHello");
});

test("a late close is that of an idle connection", async () => {
  const { tls } = await probe((hello) => (hello.version === 0x0302 ? "late" : alerting(hello)));
  expect(tls["TLS1.1"]).toMatchObject({ answer: "unknown" });
  expect(tls["TLS1.1"].doubt).toContain("only after a delay");
});

test("a slow answer is unknown", async () => {
  const { tls } = await probe(closing, { ...vendor, elapsed: 2000 });
  expect(tls["TLS1.1"].doubt).toContain("too slow");
});

test("also sends the hellos of other clients: without groups, with curves, without a name", async () => {
  const old = (isIt: (hello: Hello) => boolean, refuse: Server): Server => {
    return (hello, count, busy) =>
      hello.version === 0x0302 && isIt(hello) ? 0xc013 : refuse(hello, count, busy);
  };
  const named = { ...vendor, serverName: "db1" };
  for (const refuse of [alerting, closing]) {
    const accepted = { ...hardened, "TLS1.1": "accepted" };
    const bare = old(({ hasGroups }) => !hasGroups, refuse);
    expect((await probe(bare)).answers).toEqual(accepted);
    const curves = old(({ hasGroups, hasFiniteGroups }) => hasGroups && !hasFiniteGroups, refuse);
    expect((await probe(curves)).answers).toEqual(accepted);
    const nameless = old(({ hasName }) => !hasName, refuse);
    const { answers, tls } = await probe(nameless, named);
    expect(answers).toEqual(accepted);
    expect([tls["TLS1.1"].nameless, tls["TLS1.2"].nameless]).toEqual([true, false]);
  }
});

test("known offers are sent in TLS 1.3, for which a server creates no key", async () => {
  const count = (seen: readonly Hello[], version: number): number =>
    seen.filter((hello) => hello.version === version).length;
  const { seen } = await probe(closing);
  expect(count(seen, 0x0304)).toBeGreaterThan(30);
  expect(count(seen, 0x0303)).toBeLessThan(30);
});

test("one modern version that answers is enough to continue", async () => {
  const isUsual = ({ hasSession, hasFiniteGroups }: Hello): boolean =>
    hasSession && hasFiniteGroups;
  const only13: Server = (hello) =>
    hello.version === 0x0304 ? choose(own13, hello, "close") : "close";
  const plain = await probe(only13);
  expect(plain.seen.filter(isUsual)).toEqual([]);
  const wanting = await probe((...args) => (args[0].hasSession ? only13(...args) : "close"));
  expect(wanting.answers).toEqual({ ...hardened, "TLS1.2": "refused" });
  expect(wanting.seen.filter(({ hasSession }) => !hasSession)).toHaveLength(2);
});

test("a silent server gets no more requests than needed", async () => {
  const { seen, hellos } = await probe(() => "silent");
  expect(hellos).toBe(seen.filter(({ version }) => version < 0x0303).length + 4);
});

test("a server that closes everything gets three sequential attempts in each form", async () => {
  const { seen } = await probe(() => "close");
  const usual = seen.filter(
    ({ version, hasFiniteGroups }) => version === 0x0304 && hasFiniteGroups,
  );
  expect(usual).toHaveLength(8);
});

test("a server that is silent in one version, and accepts one connection, still gets a result", async () => {
  const { answers } = await probe((hello, _, busy) => {
    if (hello.version === 0x0303) return "silent";
    return busy > 1 ? "drop" : closing(hello);
  });
  expect(answers).toEqual({ ...hardened, "TLS1.2": "unknown" });
});

test("a suite for clients without a name does not limit a version to such clients", async () => {
  const extra: Server = (hello) =>
    hello.version === 0x0303 && !hello.hasName
      ? choose([...own12, 0x000a], hello, { alert: 40 })
      : alerting(hello);
  const { tls } = await probe(extra, { profile: "vendor", full: true, serverName: "db1" });
  expect(tls["TLS1.2"].weak).toEqual(["TLS_RSA_3DES_EDE_CBC_SHA1"]);
  expect([tls["TLS1.2"].nameless, tls["TLS1.0"].nameless]).toEqual([false, false]);
});

test("a server that answers only hellos with a session id gets one", async () => {
  for (const end of ["close", "drop", "silent"] as const) {
    const { answers } = await probe((hello) => (hello.hasSession ? closing(hello) : end));
    expect(answers).toEqual(hardened);
  }
});

test("a server that refuses the requested name accepts without it", async () => {
  const strict = (hello: Hello): Act => (hello.hasName ? "close" : closing(hello));
  const { tls, answers } = await probe(strict, { ...vendor, serverName: "rds_1" });
  expect(answers).toEqual(hardened);
  expect(tls["TLS1.2"].nameless && tls["TLS1.3"].nameless).toBe(true);
});

test.each([40, 80])("an alert %i counts as an answer between closes", async (alert) => {
  const act = (hello: Hello): Act => (hello.version === 0x0304 ? { alert } : "close");
  const { answers } = await probe(act);
  expect(new Set(Object.values(answers))).toEqual(new Set(["refused"]));
});

test("a port that answered with an alert, and later not at all, has refused nothing", async () => {
  const { answers } = await probe((hello, count) =>
    hello.version === 0x0304 && count < 3 ? { alert: 40 } : "close",
  );
  expect(answers).toMatchObject({ "SSL3.0": "unknown", "TLS1.2": "unknown", "TLS1.3": "unknown" });
});

test("a close on some suites of TLS 1.2 is also confirmed", async () => {
  const { tls } = await probe((hello) =>
    hello.version === 0x0303 ? choose(own12, hello, "close") : alerting(hello),
  );
  expect(tls["TLS1.2"]).toMatchObject({ answer: "accepted", doubt: undefined });
});

test("an alert about the version outweighs silence about some suites", async () => {
  const { tls } = await probe((hello) => {
    if (hello.version !== 0x0302) return alerting(hello);
    if (hello.suites.includes(0xc018)) return "silent";
    return { alert: hello.suites.includes(0x008c) ? 70 : 40 };
  });
  expect(tls["TLS1.1"].answer).toBe("refused");
});

test("silence is unknown, and never a refusal", async () => {
  const { tls } = await probe((hello) => (hello.version === 0x0302 ? "silent" : alerting(hello)));
  expect(tls["TLS1.1"]).toMatchObject({ answer: "unknown", doubt: "no complete response in time" });
});

test("probes each old version separately", async () => {
  const { answers } = await probe((hello) => (hello.version === 0x0301 ? 0x002f : alerting(hello)));
  expect(answers).toEqual({ ...hardened, "TLS1.0": "accepted" });
});

test("an old version with only anonymous suites is found", async () => {
  const act =
    (other: Act) =>
    (hello: Hello): Act => {
      if (hello.version === 0x0304) return 0x1301;
      if (hello.version === 0x0301) return choose([0xc018], hello, other);
      return choose(hello.version === 0x0303 ? own12 : [], hello, other);
    };
  for (const other of [{ alert: 40 }, "close"] as const) {
    const { tls } = await probe(act(other));
    expect(tls["TLS1.0"]).toMatchObject({
      answer: "accepted",
      weak: ["TLS_ECDH_ANON_AES_128_CBC_SHA1"],
    });
  }
});

test("a weak suite is found after the good ones that the server prefers", async () => {
  const act = (hello: Hello): Act =>
    hello.version === 0x0303 ? choose([...own12, 0x000a], hello, { alert: 40 }) : alerting(hello);
  expect((await probe(act)).tls["TLS1.2"].weak).toEqual(["TLS_RSA_3DES_EDE_CBC_SHA1"]);
});

test("strict probes suites without forward secrecy separately", async () => {
  const { tls } = await probe(alerting, { profile: "strict", full: false });
  expect(tls["TLS1.2"].notStrict).toEqual(["TLS_RSA_AES_256_GCM_SHA384"]);
});

test("a suite that the server selects but cannot use hides no other", async () => {
  // It prefers 0xc030 and fails with it, like a server with RSA-PSK and no such keys.
  const act = (hello: Hello): Act => {
    if (hello.version !== 0x0303) return alerting(hello);
    const suite = choose(own12, hello, { alert: 40 });
    return suite === 0xc030 ? { alert: 80 } : suite;
  };
  const { tls } = await probe(act, { profile: "vendor", full: true });
  expect([...tls["TLS1.2"].suites].toSorted()).toEqual([
    "TLS_ECDHE_RSA_AES_128_GCM_SHA256",
    "TLS_RSA_AES_256_GCM_SHA384",
  ]);
  expect(tls["TLS1.2"].doubt).toBeUndefined();
});

test("probing a server that accepts everything ends", async () => {
  const { hellos, tls } = await probe((hello) => hello.suites[0] ?? "close", {
    profile: "vendor",
    full: true,
  });
  expect(hellos).toBe(1000);
  expect(tls["TLS1.2"].doubt).toContain("more than 1000 ClientHellos");
});
