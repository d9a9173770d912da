import type { ParseStpd } from "../fleet/stpd-file.ts";
import { listWirePorts } from "../probe/target-ports.ts";
import { listListeners, listConnections } from "./proc-net.ts";
import type { Busy, HostPort, Outcome, Service } from "./ports.ts";

/** Milliseconds after which a connection that is still open counts as a transfer. */
const passingMs = 1000;

export interface IdleTools {
  readonly parse: ParseStpd;
  /** Minimum milliseconds between two checks without a connection. */
  readonly intervalMs: number;
}

/**
 * Service of an RDS, which does not know about jobs. It is idle if no other source reports it busy
 * and two checks, `intervalMs` apart, find no established connection to its data ports. A single
 * check could fall between two connections of a transfer.
 */
export function watchConnections(
  host: Pick<HostPort, "service" | "copies" | "readTcpTables" | "clock">,
  { parse, intervalMs }: IdleTools,
): Service {
  const { service, clock } = host;
  /** Times of the checks since the last connection was seen. */
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
        // It may be a scan, or a connection left over from the previous health check.
        await clock.wait(passingMs);
        seen = await look(ports.value);
      }
      if (seen.kind !== "no" || isProven()) return seen;
      await clock.wait(intervalMs);
      return look(ports.value);
    },
  };
}

/** Ports of the file in place and of the previous one, which the service may still have loaded. */
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
  // Happens in containers: the service has its own network namespace, whose connections are not in
  // these tables.
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

/**
 * An operator attests that nothing is running. This counts only if every other source is unknown.
 */
export function believeIdle(service: Service): Service {
  return {
    ...service,
    askBusy: async () => {
      const said = await service.askBusy();
      return said.kind === "unknown" ? { kind: "no" } : said;
    },
  };
}
