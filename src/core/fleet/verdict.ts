import { lacksHttps, type HostFolder } from "./host-folder.ts";
import { entriesOf, plainPortEntries, readPort, isLeftOpen, type StpdFile } from "./stpd-file.ts";

/**
 * What a host's file comes to. hardened: HTTPS alone, with nothing old; half: HTTPS works, and
 * something old is open; open: only plain ports work; closed: no data port would work. `unknown` is
 * for the wire alone, which may not answer.
 */
export type Verdict = (typeof verdicts)[number];

export const verdicts = ["hardened", "half", "open", "closed", "unknown"] as const;

export function judge(folder: HostFolder): Verdict {
  const { stpd } = folder;
  if (stpd.kind !== "file") return "closed";
  const plain = hasPlainPort(stpd);
  if (lacksHttps(folder) || !worksOverHttps(stpd)) return plain ? "open" : "closed";
  return plain || allowsOld(stpd) ? "half" : "hardened";
}

const plainKeys = ["STPD_PORT", "STPD_HTTP_PORT"] as const;

/** A plain port is set, or counts as open where it is absent. */
export function hasPlainPort(file: StpdFile): boolean {
  return plainKeys.some((key) => plainPortEntries(file, key).length > 0 || isLeftOpen(file, key));
}

/** The HTTPS port of a file in which it is beyond doubt: set, valid, and nobody else's. */
export function httpsPort(file: StpdFile): number | undefined {
  const ports = new Set(entriesOf(file, "STPD_HTTPS_PORT").map(({ value }) => readPort(value)));
  const [port] = ports;
  if (ports.size !== 1 || port === undefined) return undefined;
  const plain = plainKeys.flatMap((key) => plainPortEntries(file, key));
  return plain.some(({ value }) => readPort(value) === port) ? undefined : port;
}

/** Every line that STPD might obey opens HTTPS, with TLS 1.2 or 1.3 under every allowed build. */
export function worksOverHttps(file: StpdFile): boolean {
  return (
    httpsPort(file) !== undefined &&
    file.priorityLines.every(({ readings }) => readings.every(({ modern }) => modern))
  );
}

function allowsOld(file: StpdFile): boolean {
  const lines = file.priorityLines;
  return (
    lines.length === 0 ||
    lines.some(({ readings }) =>
      readings.some(({ legacy, weak }) => legacy.length > 0 || weak.length > 0),
    )
  );
}
