import { expect, test } from "vitest";
import { createHelloAsker } from "../../src/usecases/hello-asker.ts";
import { probeTls, type TlsSeen } from "../../src/usecases/probe-tls.ts";
import type { Exchange, Wire } from "../../src/usecases/wire.ts";

/** What a made-up server does with one hello. */
type Act = number | "close" | "silent" | { readonly alert: number };
interface Hello {
  readonly version: number;
  readonly suites: readonly number[];
}

const endpoint = { address: "192.0.2.1", port: 11443 };
const vendor = { profile: "vendor", full: false } as const;

function readHello(bytes: Uint8Array): Hello {
  const at = (index: number): number => bytes[index] ?? 0;
  const count = at(44) * 256 + at(45);
  const suites = Array.from(
    { length: count / 2 },
    (_, index) => at(46 + index * 2) * 256 + at(47 + index * 2),
  );
  const in13 = suites.some((suite) => suite >> 8 === 0x13);
  return { version: in13 ? 0x0304 : at(9) * 256 + at(10), suites };
}

function printAnswer(act: Act, version: number): Exchange {
  const bytes = (...list: readonly number[]): Uint8Array => Uint8Array.from(list);
  if (act === "close") return { kind: "closed", bytes: bytes() };
  if (act === "silent") return { kind: "silent", bytes: bytes() };
  if (typeof act === "object")
    return { kind: "received", bytes: bytes(21, 3, 3, 0, 2, 2, act.alert) };
  const extension = version === 0x0304 ? [0, 6, 0, 43, 0, 2, 3, 4] : [];
  const legacy = Math.min(version, 0x0303);
  const random = Array.from({ length: 32 }, () => 1);
  const body = [legacy >> 8, legacy & 255, ...random, 0, act >> 8, act & 255, 0, ...extension];
  const { length } = body;
  return { kind: "received", bytes: bytes(22, 3, 3, 0, length + 4, 2, 0, 0, length, ...body) };
}

/** A server as a function of the hello and of how many came before. */
function serve(act: (hello: Hello, count: number) => Act): {
  wire: Pick<Wire, "exchange">;
  seen: Hello[];
} {
  const seen: Hello[] = [];
  return {
    seen,
    wire: {
      exchange: async (_, bytes, isComplete) => {
        const hello = readHello(bytes);
        if (hello.suites.length === 0) throw new Error("a hello without suites");
        seen.push(hello);
        const answer = printAnswer(act(hello, seen.length), hello.version);
        await Promise.resolve();
        const isWhole = answer.kind !== "received" || isComplete(answer.bytes);
        return isWhole ? answer : { kind: "silent", bytes: new Uint8Array(0) };
      },
    },
  };
}

async function probe(
  act: (hello: Hello, count: number) => Act,
  request: { profile: "vendor" | "strict"; full: boolean } = vendor,
): Promise<{ tls: TlsSeen; answers: Record<string, string>; hellos: number }> {
  const { wire, seen } = serve(act);
  const random = (): Uint8Array => new Uint8Array(32);
  const tls = await probeTls(
    request,
    createHelloAsker(wire, endpoint, { random, serverName: undefined }),
  );
  const answers = Object.fromEntries(
    Object.entries(tls).map(([version, { answer }]) => [version, answer]),
  );
  return { tls, answers, hellos: seen.length };
}

/** Picks the first of its suites that is offered, by its own order. */
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

test("a server that alerts is known after seven hellos", async () => {
  const { answers, hellos, tls } = await probe(alerting);
  expect(answers).toEqual(hardened);
  expect(hellos).toBe(7);
  expect(Object.values(tls).map(({ doubt }) => doubt)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test("a server that closes refuses what it closes on again and again", async () => {
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
  }
});

test("a server that closes on everything has refused nothing", async () => {
  const { answers, hellos } = await probe(() => "close");
  expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
  // The modern versions thrice, the others twice.
  expect(hellos).toBe(12);
});

test("an old version alone is found, and the others are refused, where it closes on them", async () => {
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

test("a close that does not repeat is no refusal", async () => {
  const before = new Set<number>();
  const { tls } = await probe((hello) => {
    if (hello.version !== 0x0301) return closing(hello);
    if (before.has(hello.version)) return 0x002f;
    before.add(hello.version);
    return "close";
  });
  expect(tls["TLS1.0"]).toMatchObject({ answer: "accepted", suites: ["TLS_RSA_AES_128_CBC_SHA1"] });
});

test.each([40, 80])("an alert %i is an answer that a close can stand between", async (alert) => {
  const act = (hello: Hello): Act => (hello.version === 0x0304 ? { alert } : "close");
  const { answers } = await probe(act);
  expect(new Set(Object.values(answers))).toEqual(new Set(["refused"]));
});

test("a port that answered with an alert, and later not at all, has refused nothing", async () => {
  const { answers } = await probe((hello, count) =>
    hello.version === 0x0304 && count < 3 ? { alert: 40 } : "close",
  );
  expect(answers).toMatchObject({ "SSL3.0": "unknown", "TLS1.2": "unknown", "TLS1.3": "refused" });
});

test("a close on some suites of TLS 1.2 is confirmed as well", async () => {
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
  expect(tls["TLS1.1"]).toMatchObject({ answer: "unknown", doubt: "no whole answer came in time" });
});

test("each old version is asked for itself", async () => {
  const { answers } = await probe((hello) => (hello.version === 0x0301 ? 0x002f : alerting(hello)));
  expect(answers).toEqual({ ...hardened, "TLS1.0": "accepted" });
});

test("an old version with anonymous suites alone is found", async () => {
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

test("a weak suite is found behind the good ones that the server likes better", async () => {
  const act = (hello: Hello): Act =>
    hello.version === 0x0303 ? choose([...own12, 0x000a], hello, { alert: 40 }) : alerting(hello);
  expect((await probe(act)).tls["TLS1.2"].weak).toEqual(["TLS_RSA_3DES_EDE_CBC_SHA1"]);
});

test("strict asks apart for what is not forward secret", async () => {
  const { tls } = await probe(alerting, { profile: "strict", full: false });
  expect(tls["TLS1.2"].notStrict).toEqual(["TLS_RSA_AES_256_GCM_SHA384"]);
});

test("a suite that the server picks and cannot do hides no other", async () => {
  // It prefers 0xc030 and breaks with it, as a server with RSA-PSK and no such keys does.
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

test("a server that takes everything comes to an end", async () => {
  const { hellos, tls } = await probe((hello) => hello.suites[0] ?? "close", {
    profile: "vendor",
    full: true,
  });
  expect(hellos).toBe(1000);
  expect(tls["TLS1.2"].doubt).toContain("more than 1000 hellos");
});
