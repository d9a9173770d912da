import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The projects of vitest, the fast one first. */
export const lanes = ["unit", "contract", "peers", "e2e"] as const;
export type Lane = (typeof lanes)[number];

const top = fileURLToPath(new URL("..", import.meta.url));

/** What a unit test does not reach, by way of whatever it imports. */
const outside =
  /^(node:(child_process|dgram|http|http2|https|net|tls|worker_threads)|@slack\/bolt|emulate|playwright-core)$/;

/** Whole loops, beside the tests of commands, the Action and the bot. */
const loops = /^test\/(demo|git-ledger|loop|loop-control|rollout-workflow|scale)\.test\.ts$/;

/** Tests of the core that take long by their size; they run with the contracts. */
const large =
  /^test\/core\/(check\/large-fleet|gnutls\/fix-properties|host\/kill|report\/html\/index)\.test\.ts$/;

/** Every file of tests in its lane: the lanes have no file in common, and leave none out. */
export function sortIntoLanes(): Readonly<Record<Lane, readonly string[]>> {
  const files = readdirSync(join(top, "test"), { recursive: true, encoding: "utf8" })
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted();
  const known = new Map<string, readonly string[]>();
  const found = Map.groupBy(files, (file) => laneOf(file, known));
  const take = (lane: Lane): readonly string[] => found.get(lane) ?? [];
  return { unit: take("unit"), contract: take("contract"), peers: take("peers"), e2e: take("e2e") };
}

function laneOf(file: string, known: Map<string, readonly string[]>): Lane {
  if (loops.test(file)) return "e2e";
  // What users and CI rely on: documents, schemas, workflows, the package, the built file.
  if (/^test\/[^/]+$/.test(file) || large.test(file)) return "contract";
  if (!reachesOutside(file, known)) return "unit";
  return /^test\/(action|bot|cli)\//.test(file) ? "e2e" : "peers";
}

function reachesOutside(start: string, known: Map<string, readonly string[]>): boolean {
  const seen = new Set<string>([start]);
  for (const file of seen) {
    for (const name of known.get(file) ?? readImports(file, known)) {
      if (outside.test(name)) return true;
      if (/^(src|bot|test|build|examples)\/.*\.ts$/.test(name)) seen.add(name);
    }
  }
  return false;
}

function readImports(file: string, known: Map<string, readonly string[]>): readonly string[] {
  // A copy of the project may lack what its tests do not need.
  const text = existsSync(join(top, file)) ? readFileSync(join(top, file), "utf8") : "";
  const pattern = /(?:\bfrom|\bimport|import\(|getBuiltinModule\()\s*"([^"]+)"/g;
  const names = [...text.matchAll(pattern)].map(([, name = ""]) =>
    name.startsWith(".") ? normalize(join(dirname(file), name)).replaceAll("\\", "/") : name,
  );
  known.set(file, names);
  return names;
}
