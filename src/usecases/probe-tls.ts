import type { ProtocolSeen, TlsAnswer } from "../core/probe/observation.ts";
import { openSuiteBook, type SuiteBook } from "../core/tls/suite-numbers.ts";
import { planSuiteSets, type TlsRequest } from "../core/tls/suite-sets.ts";
import { modernVersions, tlsVersions, type TlsVersion } from "../core/tls/versions.ts";
import type { HelloAsker, Reply } from "./hello-asker.ts";
import { searchSuites, type SuiteSearch } from "./suite-search.ts";

export type TlsSeen = Readonly<Record<TlsVersion, ProtocolSeen>>;

/**
 * Asks for the modern versions first, since a close of any other has to stand behind an answer;
 * then for everything else at the same time, once more for what closed before anything was
 * answered, and confirms at the end what closed.
 */
export async function probeTls(request: TlsRequest, asker: HelloAsker): Promise<TlsSeen> {
  const book = openSuiteBook();
  const early = await Promise.all(
    modernVersions.map(async (version) => {
      const { main } = planSuiteSets(version, request, book);
      return [version, await asker.ask({ version, suites: main })] as const;
    }),
  );
  // What closed before anything was answered is asked again.
  const known = new Map<TlsVersion, Reply>(early.filter(([, { kind }]) => kind !== "unheard"));
  const tools = { request, asker, book };
  const searched = await Promise.all(
    tlsVersions.map(async (version) => {
      return [version, await searchVersion(version, tools, known.get(version))] as const;
    }),
  );
  const found = await Promise.all(
    searched.map(async ([version, parts]) => {
      const isUnheard = parts[0]?.end.kind === "unheard";
      return [version, isUnheard ? await searchVersion(version, tools, undefined) : parts] as const;
    }),
  );
  const closed = found.some(([, parts]) => parts.some(({ end }) => end.kind === "closed"));
  const confirmed = closed && (await asker.confirm());
  const seen = found.map(
    ([version, parts]) => [version, describe(parts, confirmed, book)] as const,
  );
  // There is one entry for each of tlsVersions.
  return Object.fromEntries(seen) as TlsSeen;
}

/** Sets of a version at the same time, as far as the answer to the first leaves them open. */
async function searchVersion(
  version: TlsVersion,
  tools: { readonly request: TlsRequest; readonly asker: HelloAsker; readonly book: SuiteBook },
  known: Reply | undefined,
): Promise<readonly SuiteSearch[]> {
  const { request, asker, book } = tools;
  const { main, others } = planSuiteSets(version, request, book);
  const reply = known ?? (await asker.ask({ version, suites: main }));
  const search = (suites: readonly number[], first?: Reply): Promise<SuiteSearch> =>
    searchSuites({ version, suites, all: request.full }, asker, first);
  const isVersion = reply.kind === "refused" && reply.what === "version";
  const isOver = isVersion || reply.kind === "unknown" || reply.kind === "unheard";
  const rest = isOver ? [] : others.filter(({ always }) => always || reply.kind !== "accepted");
  return Promise.all([search(main, reply), ...rest.map(({ suites }) => search(suites))]);
}

function describe(
  parts: readonly SuiteSearch[],
  confirmed: boolean,
  book: SuiteBook,
): ProtocolSeen {
  const numbers = parts.flatMap(({ accepted }) => accepted);
  const namesOf = (list: readonly number[]): readonly string[] => list.map(book.nameOf);
  return {
    answer: answerOf(parts, confirmed),
    suites: namesOf(numbers),
    weak: namesOf(numbers.filter(book.isWeak)),
    notStrict: namesOf(numbers.filter((number) => !book.isStrict(number))),
    doubt: findDoubt(parts, confirmed),
  };
}

function answerOf(parts: readonly SuiteSearch[], confirmed: boolean): TlsAnswer {
  if (parts.some(({ accepted }) => accepted.length > 0)) return "accepted";
  const isRefused = parts.some(({ end }) => end.kind === "version-refused");
  return isRefused || findDoubt(parts, confirmed) === undefined ? "refused" : "unknown";
}

function findDoubt(parts: readonly SuiteSearch[], confirmed: boolean): string | undefined {
  for (const { end } of parts) {
    if (end.kind === "unknown") return end.reason;
    if (end.kind === "unheard") return "it closes without an alert, and answered nothing before";
    if (end.kind === "closed" && !confirmed) {
      return "it closes without an alert, and later did not answer what it had answered before";
    }
  }
  return undefined;
}
