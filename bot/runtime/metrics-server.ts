import { createServer, type Server } from "node:http";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  /** By request and outcome: done, refused, failed, repeated. */
  readonly requests: Counter<"what" | "outcome">;
  /** Seconds from a request to its acknowledgement. */
  readonly acknowledged: Histogram;
  /** Steps of the controller: moved, waits, failed. */
  readonly steps: Counter<"kind">;
  /** Unix time (s) of the last complete round of the controller. */
  readonly round: Gauge;
}

/** Gauges of prom-client that are named like counters, which `promtool check metrics` refuses. */
const misnamed = ["active_resources_total", "active_handles_total", "active_requests_total"];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(`nodejs_${name}`);
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: "sesam_harden_requests_total",
      help: "Requests of people in Slack",
      labelNames: ["what", "outcome"],
      registers,
    }),
    acknowledged: new Histogram({
      name: "sesam_harden_acknowledge_seconds",
      help: "From a request to its acknowledgement",
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 3],
      registers,
    }),
    steps: new Counter({
      name: "sesam_harden_controller_steps_total",
      help: "Steps of the controller",
      labelNames: ["kind"],
      registers,
    }),
    round: new Gauge({
      name: "sesam_harden_controller_round_timestamp_seconds",
      help: "When the controller last went through all rollouts",
      registers,
    }),
  };
}

/** State of the bot's dependencies. */
export interface Readiness {
  /** What is wrong; undefined if nothing is. */
  readonly slack: () => string | undefined;
  readonly cards: () => string | undefined;
  readonly github: () => string | undefined;
  /** Problems that leave the bot ready: it can still stop rollouts. */
  readonly warnings: () => readonly (string | undefined)[];
}

/**
 * Serves /healthz (the process answers), /readyz (Slack and GitHub answer too) and /metrics for
 * Prometheus. Returns the server once it listens.
 */
export async function startMonitor(
  { host, port }: { readonly host: string; readonly port: number },
  { registry, fleet }: Pick<Metrics, "registry"> & { readonly fleet: () => Promise<string> },
  { slack, cards, github, warnings }: Readiness,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, type = "text/plain; charset=utf-8"): void => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
      response.end(text);
    };
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") answer(405, "only GET is supported\n");
    else if (path === "/healthz") answer(200, "ok\n");
    else if (path === "/readyz") {
      const reasons = [slack(), cards(), github()].filter((reason) => reason !== undefined);
      const said = [...reasons, ...warnings()].filter((reason) => reason !== undefined);
      answer(reasons.length === 0 ? 200 : 503, `${said.join("\n") || "ok"}\n`);
    } else if (path === "/metrics") {
      Promise.all([registry.metrics(), fleet()]).then(
        (texts) => answer(200, texts.join(""), registry.contentType),
        () => answer(500, "the metrics cannot be read\n"),
      );
    } else answer(404, "not found: try /healthz, /readyz or /metrics\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}
