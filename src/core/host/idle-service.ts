import type { ParseStpd } from "../fleet/stpd-file.ts";
import { listWirePorts } from "../probe/target-ports.ts";
import { listListeners, listConnections } from "./proc-net.ts";
import type { Busy, HostPort, Outcome, Service } from "./ports.ts";

/** Milliseconds after which a connection that still is there belongs to a transfer. */
const passingMs = 1000;

export interface IdleTools {
  readonly parse: ParseStpd;
  /** Milliseconds that lie between two looks without a connection. */
  readonly intervalMs: number;
}

/**
 * The service of an RDS, which knows of no jobs: it is idle if nothing says that it is busy, and two
 * looks, an interval apart, see no established connection to its data ports. One look could fall
 * between two connections of a transfer.
 */
export function watchConnections(
  host: Pick<HostPort, "service" | "copies" | "readTcpTables" | "clock">,
  { parse, intervalMs }: IdleTools,
): Service {
  const { service, clock } = host;
  /** Times of the looks since the last connection. */
  let quietMs: number[] = [];
  const look = async (ports: ReadonlySet<number>): Promise<Busy> => {
    const seen = await seeConnections(ports, host);
    const nowMs = clock.elapsedMs();
    quietMs =
      seen.kind === "no" ? [...quietMs.filter((at) => nowMs - at <= 3 * intervalMs), nowMs] : [];
    return seen;
  };
  const isProven = (): boolean => quietMs.some((at) => clock.elapsedMs() - at >= intervalMs);
  return {
    ...service,
    askBusy: async () => {
      const said = await service.askBusy();
      if (said.kind !== "no") return said;
      const ports = await findPorts(host, parse);
      if (ports.kind === "failed") return { kind: "unknown", detail: ports.reason };
      let seen = await look(ports.value);
      if (seen.kind === "yes") {
        // Perhaps a scan, or what is left of the proof before.
        await clock.wait(passingMs);
        seen = await look(ports.value);
      }
      if (seen.kind !== "no" || isProven()) return seen;
      await clock.wait(intervalMs);
      return look(ports.value);
    },
  };
}

/** Of the file in place and of the one before, which the service may have read. */
async function findPorts(
  { copies }: Pick<HostPort, "copies">,
  parse: ParseStpd,
): Promise<Outcome<ReadonlySet<number>>> {
  const ports = new Set<number>();
  for (const name of ["live", "old"] as const) {
    const copy = await copies.read(name);
    if (copy.kind === "failed") return copy;
    if (copy.value === undefined && name === "old") continue;
    const stpd = parse(copy.value?.bytes ?? "");
    for (const port of Object.values(listWirePorts({ stpd, facts: undefined }))) ports.add(port);
  }
  return { kind: "done", value: ports };
}

async function seeConnections(
  ports: ReadonlySet<number>,
  { readTcpTables }: Pick<HostPort, "readTcpTables">,
): Promise<Busy> {
  const tables = await readTcpTables();
  if (tables.kind === "failed") {
    return { kind: "unknown", detail: `cannot read the host's connections: ${tables.reason}` };
  }
  // As in a container: the service has another network, whose connections are not in the tables.
  if (!listListeners(tables.value).some(({ port }) => ports.has(port))) {
    const detail = `/proc/net/tcp shows no listener on ${[...ports].join(", ")}`;
    return { kind: "unknown", detail: `${detail}, so it does not show connections either` };
  }
  const all = listConnections(tables.value, ports);
  if (all.length === 0) return { kind: "no" };
  const shown = all.slice(0, 3).map(({ port, peer }) => `${peer} to port ${port}`);
  const rest = all.length > shown.length ? `, and ${all.length - shown.length} more` : "";
  return { kind: "yes", detail: `connections to the data ports: ${shown.join(", ")}${rest}` };
}

/** A person at the host has seen that nothing runs; that counts only where nothing else is known. */
export function believeIdle(service: Service): Service {
  return {
    ...service,
    askBusy: async () => {
      const said = await service.askBusy();
      return said.kind === "unknown" ? { kind: "no" } : said;
    },
  };
}
