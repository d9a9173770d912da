import type { ReasonCode } from "../../base/reasons.ts";

/**
 * How a host can differ from the file that was last verified on it: the file itself, TLS versions
 * or suites, open ports, or a data port that does not answer. A Server can also differ from the
 * global settings that were recorded.
 */
export const driftCauses = ["file", "tls", "ports", "unreachable", "globals"] as const;
export type DriftCause = (typeof driftCauses)[number];

export type HostDrift = { readonly host: string; readonly causes: readonly DriftCause[] };

/** An announcement for one environment after a run of verify, recorded here before it is posted. */
export type DriftNews = {
  readonly environment: string;
  /** GitHub's id of the run, and its end time in seconds since 1970. */
  readonly run: number;
  readonly at: number;
  readonly appeared: readonly HostDrift[];
  /** Names of hosts that match their verified file again. */
  readonly resolved: readonly string[];
};

/** What one run of verify showed about a host. */
export interface DriftSight extends HostDrift {
  /**
   * False if something was not scanned: then an empty list of causes does not mean that it matches.
   */
  readonly isComplete: boolean;
  /** Causes that were not checked although others were; they stay as announced. */
  readonly unseen?: readonly DriftCause[];
}

export interface KnownDrift {
  /** Empty once it is resolved. */
  readonly causes: readonly DriftCause[];
  /** Seconds since 1970. */
  readonly announcedAt: number;
}

/** By environment: the newest run that was announced, and its hosts. */
export type DriftState = ReadonlyMap<
  string,
  { readonly run: number; readonly hosts: ReadonlyMap<string, KnownDrift> }
>;

/**
 * Seconds between announcements for the same host, so that a flapping host is reported once a day.
 */
const quietSeconds = 86_400;

/** Compares a run with earlier announcements, and returns what to announce. */
export function findDriftNews(
  known: ReadonlyMap<string, KnownDrift>,
  sights: readonly DriftSight[],
  at: number,
): Pick<DriftNews, "appeared" | "resolved"> {
  const seen = sights.map((sight) => {
    const before = known.get(sight.host)?.causes ?? [];
    const kept = before.filter((cause) => sight.unseen?.includes(cause) === true);
    return { ...sight, causes: [...sight.causes, ...kept] };
  });
  const appeared = seen.filter(({ host, causes }) => {
    const before = known.get(host);
    const isNew = causes.some((cause) => before?.causes.includes(cause) !== true);
    return isNew && (before === undefined || at - before.announcedAt >= quietSeconds);
  });
  const resolved = seen.filter(
    ({ host, causes, isComplete }) =>
      isComplete && causes.length === 0 && (known.get(host)?.causes.length ?? 0) > 0,
  );
  return {
    appeared: appeared.map(({ host, causes }) => ({ host, causes })),
    resolved: resolved.map(({ host }) => host),
  };
}

/** Records an announcement; refused if it is not newer than the last one. */
export function followDrift(
  state: DriftState,
  { environment, run, at, appeared, resolved }: DriftNews,
): DriftState | ReasonCode {
  const known = state.get(environment);
  if (known !== undefined && run <= known.run) return "verified-already";
  const names = [...appeared.map(({ host }) => host), ...resolved];
  if (new Set(names).size !== names.length) return "name-twice";
  const hosts = new Map(known?.hosts);
  const isEmpty = appeared.some(({ causes }) => causes.length === 0);
  const isStranger = resolved.some((host) => (hosts.get(host)?.causes.length ?? 0) === 0);
  if (names.length === 0 || isEmpty || isStranger) return "nothing-to-do";
  for (const { host, causes } of appeared) hosts.set(host, { causes, announcedAt: at });
  for (const host of resolved) {
    hosts.set(host, { causes: [], announcedAt: hosts.get(host)?.announcedAt ?? at });
  }
  return new Map(state).set(environment, { run, hosts });
}
