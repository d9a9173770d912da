import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The projects of vitest, the fast one first. */
export const lanes = ["unit", "contract", "peers", "e2e"] as const;
export type Lane = (typeof lanes)[number];

const top = fileURLToPath(new URL("..", import.meta.url));

/** What a unit test must not reach, through any import. */
const outside =
  /^(node:(child_process|dgram|http|http2|https|net|tls|worker_threads)|@slack\/bolt|emulate|playwright-core)$/;

/** Whole loops, in addition to the tests of commands, the Action and the bot. */
const loops = /^test\/(demo|git-ledger|loop|loop-control|rollout-workflow|scale)\.test\.ts$/;

/** Slow tests of the core; they run with the contract tests. */
const large =
  /^test\/core\/(check\/large-fleet|gnutls\/fix-properties|host\/kill|report\/html\/index)\.test\.ts$/;

/** Every test file in its project: no file is in two projects, and none is missing. */
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
  // What users and CI rely on: documents, schemas, workflows, the package, the bundle.
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
  // A copy of the project may lack files that its tests do not need.
  const text = existsSync(join(top, file)) ? readFileSync(join(top, file), "utf8") : "";
  const pattern = /(?:\bfrom|\bimport|import\(|getBuiltinModule\()\s*"([^"]+)"/g;
  const names = [...text.matchAll(pattern)].map(([, name = ""]) =>
    name.startsWith(".") ? normalize(join(dirname(file), name)).replaceAll("\\", "/") : name,
  );
  known.set(file, names);
  return names;
}
