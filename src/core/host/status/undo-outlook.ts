/**
 * Whether an automatic undo is pending. none; waiting, with the seconds left if known; or working.
 */
export type UndoOutlook =
  | { readonly kind: "none" }
  | { readonly kind: "waiting"; readonly leftSeconds: number | undefined }
  | { readonly kind: "working" };

/**
 * Parses `systemctl show` of a timer and its service: one block each, with Id, ActiveState and
 * NextElapseUSecMonotonic. `uptimeSeconds` is the host's uptime. Source: systemd.time(7).
 */
export function readUndoUnits(text: string, uptimeSeconds: number): UndoOutlook {
  const units = text.split(/\n{2,}/).map(readProperties);
  const find = (suffix: string): ReadonlyMap<string, string> | undefined =>
    units.find((unit) => unit.get("Id")?.endsWith(suffix));
  // A service that failed is restarted, and is `activating` until then.
  if (/^(active|activating)$/.test(find(".service")?.get("ActiveState") ?? "")) {
    return { kind: "working" };
  }
  const timer = find(".timer");
  if (timer?.get("ActiveState") !== "active") return { kind: "none" };
  const nextSeconds = readSpan(timer.get("NextElapseUSecMonotonic") ?? "");
  return {
    kind: "waiting",
    leftSeconds: nextSeconds === undefined ? undefined : Math.max(0, nextSeconds - uptimeSeconds),
  };
}

function readProperties(block: string): ReadonlyMap<string, string> {
  return new Map(
    block.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1).trim()] as const;
    }),
  );
}

const units: ReadonlyMap<string, number> = new Map([
  ["y", 31_557_600],
  ["month", 2_629_800],
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
  ["ms", 1e-3],
  ["us", 1e-6],
]);

/**
 * Parses a time span such as `1h 2min 3.5s` into seconds; undefined for any other text, such as
 * `infinity`.
 */
function readSpan(text: string): number | undefined {
  let sum = 0;
  const words = text.split(" ");
  for (const word of words) {
    const [, count, name = ""] = /^([0-9]+(?:\.[0-9]+)?)([a-z]+)$/.exec(word) ?? [];
    const unit = units.get(name);
    if (count === undefined || unit === undefined) return undefined;
    sum += Number(count) * unit;
  }
  return sum;
}
