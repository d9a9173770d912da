import { expect, test } from "vitest";
import {
  findDriftNews,
  followDrift,
  type DriftCause,
  type DriftNews,
  type DriftState,
} from "../../../../src/core/rollout/ledger/drift-record.ts";

const day = 86_400;
const start = 1_800_000_000;
const sight = (
  host: string,
  causes: readonly DriftCause[] = [],
  isComplete = true,
  unseen: readonly DriftCause[] = [],
) => ({ host, causes, isComplete, unseen });

/** Announcements of each of a host's runs, an hour apart or as given. */
function announce(
  runs: readonly (readonly [hours: number, ...sights: readonly ReturnType<typeof sight>[]])[],
): readonly string[] {
  let state: DriftState = new Map();
  return runs.map(([hours, ...sights], index) => {
    const at = start + hours * 3600;
    const found = findDriftNews(state.get("lab")?.hosts ?? new Map(), sights, at);
    const words = [
      ...found.appeared.map(({ host, causes }) => `${host} ${causes.join("+")}`),
      ...found.resolved.map((host) => `${host} resolved`),
    ].join(", ");
    const after = followDrift(state, { environment: "lab", run: index + 1, at, ...found });
    if (words === "") expect(after).toBe("nothing-to-do");
    else if (typeof after === "string") throw new Error(after);
    else state = after;
    return words;
  });
}

test.each<{ name: string; runs: Parameters<typeof announce>[0]; says: readonly string[] }>([
  {
    name: "once when it appears, and once when it is resolved",
    runs: [
      [0, sight("a")],
      [1, sight("a", ["ports"])],
      [2, sight("a", ["ports"])],
      [3, sight("a")],
      [4, sight("a")],
    ],
    says: ["", "a ports", "", "a resolved", ""],
  },
  {
    name: "a cause that was not scanned is neither drift nor resolved",
    runs: [
      [0, sight("a", [], false)],
      [1, sight("a", ["tls"], false)],
      [2, sight("a", [], false)],
      [3],
      [4, sight("a")],
    ],
    says: ["", "a tls", "", "", "a resolved"],
  },
  {
    name: "a flapping host is announced once a day",
    runs: [
      [0, sight("a", ["ports"])],
      [1, sight("a")],
      [2, sight("a", ["ports"])],
      [3, sight("a")],
      [23, sight("a", ["ports"])],
      [24, sight("a", ["ports"])],
      [25, sight("a")],
    ],
    says: ["a ports", "a resolved", "", "", "", "a ports", "a resolved"],
  },
  {
    name: "a new cause is announced, and a cause that disappeared is not",
    runs: [
      [0, sight("a", ["ports"])],
      [24, sight("a", ["ports", "tls"])],
      [48, sight("a", ["tls"])],
      [72, sight("a", ["ports", "tls"])],
    ],
    says: ["a ports", "a ports+tls", "", ""],
  },
  {
    name: "an unknown cause keeps its state, regardless of other observations",
    runs: [
      [0, sight("a", ["globals"])],
      [1, sight("a", [], true, ["globals"])],
      [24, sight("a", ["ports"], true, ["globals"])],
      [25, sight("a", [], true, ["globals"])],
      [26, sight("a")],
      [50, sight("a", ["ports"], true, ["globals"])],
      [51, sight("a", [], true, ["globals"])],
    ],
    says: ["a globals", "", "a ports+globals", "", "a resolved", "a ports", "a resolved"],
  },
])("announces $name", ({ runs, says }) => {
  expect(announce(runs)).toEqual(says);
});

test("refuses an announcement without changes", () => {
  const news: DriftNews = {
    environment: "lab",
    run: 5,
    at: start,
    appeared: [{ host: "a", causes: ["file"] }],
    resolved: [],
  };
  const known = followDrift(new Map(), news);
  if (typeof known === "string") throw new Error(known);
  const say = (change: Partial<DriftNews>) =>
    followDrift(known, { ...news, run: 6, at: start + day, ...change });
  expect(say({ run: 5 })).toBe("verified-already");
  expect(say({ resolved: ["a"] })).toBe("name-twice");
  expect(say({ appeared: [] })).toBe("nothing-to-do");
  expect(say({ appeared: [{ host: "b", causes: [] }] })).toBe("nothing-to-do");
  expect(say({ appeared: [], resolved: ["b"] })).toBe("nothing-to-do");
  expect(say({ appeared: [], resolved: ["a"] })).toBeInstanceOf(Map);
  // Each environment has runs of its own.
  expect(say({ environment: "production", run: 1 })).toBeInstanceOf(Map);
});
