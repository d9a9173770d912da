import { otherForms, type HelloForm, type Offer } from "../tls/client-hello.ts";
import type { ProtocolSeen, TlsAnswer } from "./observation.ts";
import { createSuiteRegistry, type SuiteRegistry } from "../tls/suite-numbers.ts";
import { planSuiteSets, type SuiteSet, type TlsRequest } from "../tls/suite-sets.ts";
import { modernVersions, tlsVersions, type TlsVersion } from "../tls/versions.ts";
import { isAnswer, type Heard, type ClientHelloProbe, type Reply } from "./hello-client.ts";
import { settleClosed, type Settled } from "./settle-closed.ts";
import { searchSuites, type SuiteSearch } from "./enumerate-suites.ts";

export type TlsSeen = Readonly<Record<TlsVersion, ProtocolSeen>>;

export interface TlsTools {
  /** Creates an asker that sends a session id with each ClientHello, or none. */
  readonly createAsker: (session: boolean) => ClientHelloProbe;
  readonly random: () => Uint8Array;
  /** True if the ClientHellos have a server name. */
  readonly hasName: boolean;
  /** Resolves when nothing else of this probe is connected to the address. */
  readonly alone: Promise<unknown>;
  /** Limit for sequential ClientHellos, in milliseconds. */
  readonly timeMs: number;
}

/**
 * Sends all offers in parallel, repeats refused ones in the forms of other clients, then repeats
 * closed ones sequentially.
 */
export async function probeTls(request: TlsRequest, tools: TlsTools): Promise<TlsSeen> {
  const registry = createSuiteRegistry();
  const plans = new Map(
    tlsVersions.map((version) => [version, planSuiteSets(version, request, registry)] as const),
  );
  const mains = modernVersions.flatMap((version): readonly Offer[] => {
    const [main] = plans.get(version) ?? [];
    return main === undefined ? [] : [{ version, suites: main.suites, form: "usual" }];
  });
  const { helloProbe, replies } = await meet(mains, tools);
  const heard: Heard[] = [];
  const listening = listen(helloProbe, heard);
  for (const [index, reply] of replies.entries()) note(heard, mains[index], reply);
  const found = await Promise.all(
    [...plans].map(async ([version, sets]) => {
      const known = replies[mains.findIndex((offer) => offer.version === version)];
      const search = { version, sets, full: request.full, hasName: tools.hasName };
      return [version, await searchVersion(search, listening, known)] as const;
    }),
  );
  const closed = found.flatMap(([, parts]) => parts.flatMap((part) => part.closed));
  await tools.alone;
  const settled = await settleClosed({ ...tools, closed, known: chooseKnown(heard) }, helloProbe);
  const seen = found.map(
    ([version, parts]) => [version, describe(parts, settled, { registry, request })] as const,
  );
  // There is one entry for each of tlsVersions.
  return Object.fromEntries(seen) as TlsSeen;
}

/** An offer that the server accepts, if any; prefers TLS 1.3, which costs the server no key here. */
function chooseKnown(heard: readonly Heard[]): Heard | undefined {
  const accepted = heard.filter(({ isAccepted }) => isAccepted);
  return accepted.find(isNewest) ?? accepted[0] ?? heard[0];
}

function isNewest({ offer }: Heard): boolean {
  return offer.version === "TLS1.3";
}

function note(heard: Heard[], offer: Offer | undefined, reply: Reply): void {
  if (offer !== undefined && isAnswer(reply)) {
    heard.push({ offer, isAccepted: reply.kind === "accepted" });
  }
}

function listen(helloProbe: ClientHelloProbe, heard: Heard[]): ClientHelloProbe {
  return {
    ask: async (offer) => {
      const reply = await helloProbe.ask(offer);
      note(heard, offer, reply);
      return reply;
    },
  };
}

interface Meeting {
  readonly helloProbe: ClientHelloProbe;
  readonly replies: readonly Reply[];
}

/**
 * Finds out how to talk to the address: in parallel; with a session id, which some middleboxes need;
 * or sequentially, if a limit ends parallel connections.
 */
async function meet(mains: readonly Offer[], { createAsker, alone }: TlsTools): Promise<Meeting> {
  const plain = createAsker(false);
  const replies = await Promise.all(mains.map(plain.ask));
  if (replies.some(isAnswer)) return { helloProbe: plain, replies };
  const withSession = createAsker(true);
  const second = await Promise.all(mains.map(withSession.ask));
  if (second.some(isAnswer)) return { helloProbe: withSession, replies: second };
  if (replies.every(({ kind }) => kind === "unknown")) return { helloProbe: plain, replies };
  await alone;
  for (const helloProbe of [plain, withSession]) {
    for (let turn = 0; turn < maxTurns; turn++) {
      const slow: Reply[] = [];
      for (const main of mains) slow.push(await helloProbe.ask(main));
      if (slow.some(isAnswer)) return { helloProbe, replies: slow };
    }
  }
  return { helloProbe: plain, replies };
}

/** Sequential tries before an address counts as not responding. */
const maxTurns = 3;

interface VersionSearch {
  readonly version: TlsVersion;
  readonly sets: readonly SuiteSet[];
  readonly full: boolean;
  readonly hasName: boolean;
}

type Parts = readonly (SuiteSearch & { readonly form: HelloForm })[];

/** Sends the usual form, then the other forms for refused or closed offers. */
async function searchVersion(
  search: VersionSearch,
  helloProbe: ClientHelloProbe,
  known: Reply | undefined,
): Promise<Parts> {
  const { version, sets, full, hasName } = search;
  const usual = await searchForm({ ...search, form: "usual" }, helloProbe, known);
  const isVersion = usual[0]?.end.kind === "version-refused";
  const left = sets.flatMap((set, index): readonly SuiteSet[] => {
    const part = usual.find((one) => one.index === index);
    if (part === undefined) return isVersion ? [set] : [];
    if (part.end.kind === "unknown" || (!full && part.accepted.length > 0)) return [];
    const suites = set.suites.filter((suite) => !part.accepted.includes(suite));
    return [{ ...set, suites }];
  });
  const merged = [false, true].flatMap((isShared): readonly SuiteSet[] => {
    const own = left.filter((set) => set.isShared === isShared).flatMap(({ suites }) => suites);
    return own.length === 0 ? [] : [{ suites: own, always: true, isShared }];
  });
  if (merged.length === 0) return usual;
  const others = await Promise.all(
    otherForms(version, hasName).map((form) =>
      searchForm({ ...search, sets: merged, form }, helloProbe),
    ),
  );
  return [...usual, ...others.flat()];
}

/** Sends the suite sets of a version in parallel, as far as the first reply leaves them open. */
async function searchForm(
  { version, sets, full, form }: VersionSearch & { readonly form: HelloForm },
  helloProbe: ClientHelloProbe,
  known?: Reply,
): Promise<readonly (Parts[number] & { readonly index: number })[]> {
  const [main, ...others] = sets;
  if (main === undefined) return [];
  const reply = known ?? (await helloProbe.ask({ version, suites: main.suites, form }));
  const isOver = reply.kind === "unknown" || (reply.kind === "refused" && reply.what === "version");
  const search = async ({ suites }: SuiteSet, index: number, first?: Reply) => {
    const found = await searchSuites({ version, suites, form, all: full }, helloProbe, first);
    return { ...found, form, index };
  };
  const rest = others.map((set, index) =>
    isOver || (!set.always && reply.kind === "accepted") ? [] : [search(set, index + 1)],
  );
  return Promise.all([search(main, 0, reply), ...rest.flat()]);
}

type Judged = ReadonlyMap<Offer, Settled>;

function describe(
  parts: Parts,
  settled: Judged,
  { registry, request }: { readonly registry: SuiteRegistry; readonly request: TlsRequest },
): ProtocolSeen {
  const found = parts.flatMap(({ form, accepted, closed }) => {
    const late = closed.flatMap((offer) => {
      const one = settled.get(offer);
      return one?.kind === "accepted" ? [one.suite] : [];
    });
    return [...accepted, ...late].map((suite) => ({ form, suite }));
  });
  const unique = [...new Set(found.map(({ suite }) => suite))];
  const namesOf = (list: readonly number[]): readonly string[] => list.map(registry.nameOf);
  return {
    answer: unique.length > 0 ? "accepted" : refusalOf(parts, settled),
    suites: namesOf(unique),
    weak: namesOf(unique.filter(registry.isWeak)),
    nameless: unique.length > 0 && found.every(({ form }) => form === "nameless"),
    notStrict: namesOf(unique.filter((number) => !registry.isStrict(number))),
    doubt: findDoubt(parts, settled, request.full),
  };
}

/** True if the version is refused in each form: by an alert about the version, or without doubt. */
function refusalOf(parts: Parts, settled: Judged): TlsAnswer {
  const forms = new Set(parts.map(({ form }) => form));
  const isRefused = [...forms].every((form) => {
    const own = parts.filter((part) => part.form === form);
    const isVersion = own.some(({ end }) => end.kind === "version-refused");
    return isVersion || findDoubt(own, settled, false) === undefined;
  });
  return isRefused ? "refused" : "unknown";
}

function findDoubt(parts: Parts, settled: Judged, full: boolean): string | undefined {
  for (const { end, closed } of parts) {
    if (end.kind === "unknown") return end.reason;
    for (const offer of closed) {
      const one = settled.get(offer);
      if (one?.kind === "unknown") return one.reason;
      if (one?.kind === "accepted" && full)
        return "it sometimes closes the connection, so there may be more suites";
    }
  }
  return undefined;
}
