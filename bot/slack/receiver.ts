import type { Server } from "node:http";
import { HTTPReceiver, SocketModeReceiver, type App } from "@slack/bolt";
import type { SlackSettings } from "../runtime/settings.ts";
import { createBoltLogger, type Log } from "../runtime/log.ts";
import type { Sleep, TurnPorts } from "../runtime/loop.ts";

/** Receives Slack's requests. */
export interface Entrance {
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  /** Starts listening; returns the address, or `socket`. */
  readonly open: (app: App) => Promise<string>;
  readonly close: (app: App) => Promise<void>;
  /** Why Slack cannot reach the bot; always undefined in HTTP mode, where only Slack knows. */
  readonly trouble: () => string | undefined;
}

/** When a request was sent and received. */
export interface Arrival {
  /** Unix time (s), signed by Slack; absent over a socket, which needs no signature. */
  readonly sentAt?: number;
  /** From `performance.now()`. */
  readonly receivedAtMs?: number;
}

export interface EntrancePorts {
  readonly log: Log;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  /** Options of the client that requests a socket. */
  readonly clientOptions: object;
  readonly sleep: TurnPorts["sleep"];
  readonly nowSeconds: () => number;
}

export function createEntrance(slack: SlackSettings, ports: EntrancePorts): Entrance {
  return slack.mode === "http" ? createHttpEntrance(slack, ports) : createSocketEntrance(ports);
}

/** Milliseconds. Slack waits only three seconds for an answer, so a slower client is not Slack. */
const serverLimits = {
  requestTimeout: 5000,
  headersTimeout: 5000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1000,
} as const;

/** Bolt's message does not name the setting to check. */
function explainSignature(message: string): string {
  const isSecret = /signature mismatch/i.test(message);
  const hint = "check that SLACK_SIGNING_SECRET is the signing secret of the app";
  return isSecret ? `${message}; if Slack sent this request, ${hint}` : message;
}

function createHttpEntrance(
  { host, port }: SlackSettings,
  { log, signingSecret = "", sleep }: EntrancePorts,
): Entrance {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: createBoltLogger(log, explainSignature),
    endpoints: "/slack/events",
    bodyLimit: "1mb",
    // Bolt refuses old requests; refuseOrigin() refuses timestamps in the future.
    customPropertiesExtractor: ({ headers }): Arrival => ({
      sentAt: Number(headers["x-slack-request-timestamp"]),
      receivedAtMs: performance.now(),
    }),
  });
  let server: Server | undefined;
  return {
    receiver,
    open: async (app) => {
      server = (await app.start({ host, port }, serverLimits)) as Server;
      return listenAddress(server.address());
    },
    close: async (app) => {
      const open = server;
      server = undefined;
      if (open === undefined) return;
      // A closing server no longer enforces timeouts and would wait for its slowest client.
      void sleep(1000).over.then(() => open.closeAllConnections());
      await app.stop();
    },
    trouble: () => undefined,
  };
}

const firstPauseMs = 1000;
const maxPauseMs = 30_000;
const helloMs = 30_000;
/** Seconds; after a shorter life, the socket is reopened with a pause. */
const shortLifeSeconds = 10;

/**
 * Reconnects on its own: Bolt's client waits five seconds first, even if Slack requested the
 * reconnect, and ends the process if Slack returns no address.
 */
function createSocketEntrance({
  log,
  appToken = "",
  clientOptions,
  sleep,
  nowSeconds,
}: EntrancePorts): Entrance {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: createBoltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
    customPropertiesExtractor: (): Arrival => ({ receivedAtMs: performance.now() }),
  });
  const { client } = receiver;
  const wish = { isStopped: false, isDialing: true };
  let isConnected = false;
  let openedAtSeconds = 0;
  let pausing: Sleep | undefined;
  const dial = async (): Promise<void> => {
    let pauseMs = nowSeconds() - openedAtSeconds < shortLifeSeconds ? firstPauseMs : 0;
    while (!wish.isStopped) {
      pausing = sleep(pauseMs);
      await pausing.over;
      if (wish.isStopped) return;
      pauseMs = Math.min(maxPauseMs, pauseMs * 2 || firstPauseMs);
      const limit = sleep(helloMs);
      void limit.over.then(() => isConnected || client.websocket?.disconnect());
      try {
        await client.start();
        return;
      } catch {
        // The client has logged the reason.
      } finally {
        limit.cut();
      }
    }
  };
  client.on("connected", () => {
    [isConnected, openedAtSeconds] = [true, nowSeconds()];
  });
  client.on("disconnected", () => {
    isConnected = false;
    if (wish.isDialing || wish.isStopped) return;
    wish.isDialing = true;
    void dial().finally(() => {
      wish.isDialing = false;
    });
  });
  return {
    receiver,
    open: async (app) => {
      await app.start();
      wish.isDialing = false;
      return "socket";
    },
    close: async (app) => {
      wish.isStopped = true;
      pausing?.cut();
      const over = new Promise((resolve) => client.once("disconnected", resolve));
      await app.stop();
      await Promise.race([over, sleep(2000).over]);
      // The second call closes it without waiting for the peer.
      client.websocket?.disconnect();
    },
    trouble: () => (isConnected ? undefined : "the socket to Slack is not connected"),
  };
}

export function listenAddress(address: unknown): string {
  if (typeof address !== "object" || address === null || !("port" in address)) return "";
  const { address: host, port } = address as { readonly address: string; readonly port: number };
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
