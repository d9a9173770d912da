import { defaultClientKeys } from "../../../core/inventory/item.ts";
import {
  defaultEndpoints,
  findPathProblem,
  listKinds,
  parseEndpoint,
  setEndpoint,
  type Endpoints,
  type ListKind,
} from "../../../core/inventory/endpoints.ts";
import type { Absent } from "../../../core/inventory/inventory.ts";
import type { Paging } from "../../../core/inventory/listing.ts";
import { joinOr, makeVisible } from "../../../core/base/text.ts";
import type { InventoryRequest } from "../../../core/inventory/export-inventory.ts";
import { chooseWord, usage, readNumber } from "../../../shell/options.ts";
import type { Parsed } from "../../option-kinds.ts";

/** The requests, and what the user vouches for. Throws HardenError `usage`. */
export function readQuestions(parsed: Parsed<"inventory">): Omit<InventoryRequest, "credentials"> {
  const endpoints = readEndpoints(parsed);
  const skipped = readSkipped(parsed, endpoints);
  const asked = parsed.many("--endpoint").map((text) => text.split("=")[0]);
  const both = [...skipped].find((kind) => asked.includes(kind));
  if (both !== undefined) throw usage(`--endpoint and --skip cannot be combined for ${both}`);
  return {
    endpoints,
    skipped,
    absent: readAbsent(parsed),
    details: readDetails(parsed),
    paging: readPaging(parsed),
    terms: {
      interfaceKeys: ["interface", ...readKeys(parsed, "--interface-key")],
      ignoredKeys: readKeys(parsed, "--ignore-key"),
      clientKeys: [...readKeys(parsed, "--client-key"), ...defaultClientKeys],
    },
    serverName: parsed.one("--name"),
  };
}

function readEndpoints(parsed: Parsed<"inventory">): Endpoints {
  const given = new Set<string>();
  let endpoints = defaultEndpoints;
  for (const text of parsed.many("--endpoint")) {
    const reading = parseEndpoint(text);
    if (reading.kind === "problem") {
      throw usage(`--endpoint ${makeVisible(text)}: ${reading.message}`);
    }
    if (given.has(reading.name)) throw usage(`--endpoint ${reading.name} was given twice`);
    given.add(reading.name);
    endpoints = setEndpoint(endpoints, reading.name, reading.endpoint);
  }
  return endpoints;
}

/** `undocumented` means every kind without a known path. */
function readSkipped(parsed: Parsed<"inventory">, { lists }: Endpoints): ReadonlySet<ListKind> {
  const kinds = listKinds.filter((kind) => kind !== "client");
  return new Set(
    parsed
      .many("--skip")
      .flatMap((text) =>
        text === "undocumented"
          ? kinds.filter((kind) => !lists.has(kind))
          : [chooseKind("--skip", text, kinds)],
      ),
  );
}

/** `backup-task=none` */
function readAbsent(parsed: Parsed<"inventory">): ReadonlyMap<ListKind, Absent> {
  return readPairs(parsed, "--absent", (kind, text): Absent => {
    const words = kind === "client" ? (["none"] as const) : (["blank", "none"] as const);
    return chooseWord<Absent>(`--absent ${kind}`, text, words, "blank");
  });
}

/** `client=/clients/{id}` */
function readDetails(parsed: Parsed<"inventory">): ReadonlyMap<ListKind, string> {
  return readPairs(parsed, "--details", (kind, path) => {
    const problem = findPathProblem(path);
    if (problem !== undefined) throw usage(`--details ${kind}: ${problem}`);
    if (/\{(?:id|name)\}/.test(path)) return path;
    throw usage(`--details ${kind}: the path needs {id} or {name}`);
  });
}

function readPairs<Value>(
  parsed: Parsed<"inventory">,
  name: Parameters<Parsed<"inventory">["many"]>[0],
  read: (kind: ListKind, text: string) => Value,
): ReadonlyMap<ListKind, Value> {
  const pairs = new Map<ListKind, Value>();
  for (const text of parsed.many(name)) {
    const equals = text.indexOf("=");
    if (equals < 0) {
      throw usage(`invalid value '${makeVisible(text)}' for ${name} (expected KIND=VALUE)`);
    }
    const kind = chooseKind(name, text.slice(0, equals), listKinds);
    if (pairs.has(kind)) throw usage(`${name} ${kind} was given twice`);
    pairs.set(kind, read(kind, text.slice(equals + 1)));
  }
  return pairs;
}

function chooseKind<Kind extends ListKind>(
  name: string,
  text: string,
  kinds: readonly Kind[],
): Kind {
  const kind = kinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw usage(
    `invalid value '${makeVisible(text)}' for ${name} (expected ${joinOr(kinds)})`,
    text,
    kinds,
  );
}

function readKeys(
  parsed: Parsed<"inventory">,
  name: Parameters<Parsed<"inventory">["many"]>[0],
): readonly string[] {
  return parsed.many(name).map((key) => {
    if (key.trim() !== "") return key.toLowerCase();
    throw usage(`${name} needs the name of a key`);
  });
}

/** `offset=NAME,limit=NAME`, or `page=NAME,limit=NAME` and perhaps `first=1`. */
function readPaging(parsed: Parsed<"inventory">): Paging | undefined {
  const size = readNumber("--page-size", parsed.one("--page-size"), [1, 100_000]);
  const text = parsed.one("--paging");
  if (text === undefined) {
    if (size !== undefined) throw usage("--page-size needs --paging");
    return undefined;
  }
  const parts = /^(offset|page)=([\w.-]+),limit=([\w.-]+)(?:,first=([01]))?$/.exec(text);
  const [, unit, start, limit, first] = parts ?? [];
  if (start === undefined || limit === undefined || start === limit) {
    throw usage(
      "invalid value for --paging (expected offset=NAME,limit=NAME or page=NAME,limit=NAME, with ,first=1 if pages count from 1)",
    );
  }
  if (unit === "offset" && first !== undefined) throw usage("--paging: first needs page");
  return {
    start: { name: start, unit: unit === "page" ? "pages" : "items", first: Number(first ?? 0) },
    size: { name: limit, value: size ?? 500 },
  };
}
