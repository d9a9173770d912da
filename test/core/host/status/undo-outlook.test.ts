import { expect, test } from "vitest";
import { readUndoUnits } from "../../../../src/core/host/status/undo-outlook.ts";

/** As systemctl of systemd 252 prints them. */
function show(timer: string, service: string, next: string): string {
  return `NextElapseUSecMonotonic=${next}\nId=undo.timer\nActiveState=${timer}\n\nId=undo.service\nActiveState=${service}\n`;
}

test.each([
  ["1h 38min 12.921096s", 4992.92, 900.001096],
  ["1h 2min 3.5s", 3000, 723.5],
  ["2d 1min", 172_800, 60],
  ["900ms", 0, 0.9],
  ["5s", 10, 0],
  ["infinity", 10, undefined],
  ["", 10, undefined],
])("a timer due at %s, read at %s s, leaves %s s", (next, uptime, left) => {
  const outlook = readUndoUnits(show("active", "inactive", next), uptime);
  expect(outlook).toEqual({
    kind: "waiting",
    leftSeconds: left === undefined ? undefined : expect.closeTo(left, 6),
  });
});

test.each([
  { timer: "inactive", service: "inactive", kind: "none" },
  { timer: "active", service: "active", kind: "working" },
  { timer: "inactive", service: "activating", kind: "working" },
  { timer: "inactive", service: "failed", kind: "none" },
])("$timer timer and $service service: $kind", ({ timer, service, kind }) => {
  expect(readUndoUnits(show(timer, service, ""), 1).kind).toBe(kind);
});

test("an invalid text means that there is none", () => {
  expect(readUndoUnits("", 1)).toEqual({ kind: "none" });
});
