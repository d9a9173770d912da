import type { Server } from "node:http";
import { HTTPReceiver, SocketModeReceiver, type App } from "@slack/bolt";
import type { SlackSettings } from "../runtime/settings.ts";
import { createBoltLogger, type Log } from "../runtime/log.ts";
import type { Sleep, TurnPorts } from "../runtime/loop.ts";

/** Where Slack's requests come in. */
export interface Entrance {
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  /** Begins to listen; gives the address, or `socket`. */
  readonly open: (app: App) => Promise<string>;
  readonly close: (app: App) => Promise<void>;
  /** Why Slack cannot reach the bot; in HTTP mode only Slack knows. */
  readonly trouble: () => string | undefined;
}

/** What Bolt hands on of how a request came. */
export interface Arrival {
  /** Seconds since 1970, as Slack signed it; a socket needs no signature. */
  readonly sentAt?: number;
  /** By the clock of `performance`. */
  readonly receivedAtMs?: number;
}

export interface EntrancePorts {
  readonly log: Log;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  /** What the client that asks for a socket is made with. */
  readonly clientOptions: object;
  readonly sleep: TurnPorts["sleep"];
  readonly nowSeconds: () => number;
}

export function createEntrance(slack: SlackSettings, ports: EntrancePorts): Entrance {
  return slack.mode === "http" ? createHttpEntrance(slack, ports) : createSocketEntrance(ports);
}

/** Milliseconds. Slack waits three seconds for an answer: whoever takes longer to ask is not Slack. */
const serverLimits = {
  requestTimeout: 5000,
  headersTimeout: 5000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1000,
} as const;

/** Bolt does not say where the secret comes from that it compares by. */
function explainSignature(message: string): string {
  const isSecret = /signature mismatch/i.test(message);
  const hint = "see that SLACK_SIGNING_SECRET is the signing secret of the app";
  return isSecret ? `${message}; where Slack sent it, ${hint}` : message;
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
    // Bolt refuses what is too old; what comes from the future is left to the guard.
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
      // A closed server looks after no limits any more, and waits for the slowest of its peers.
      void sleep(1000).over.then(() => open.closeAllConnections());
      await app.stop();
    },
    trouble: () => undefined,
  };
}

const firstPauseMs = 1000;
const maxPauseMs = 30_000;
const helloMs = 30_000;
/** Seconds: a socket that ends sooner is opened again with a pause. */
const shortLifeSeconds = 10;

/**
 * Opens the socket again by itself: Bolt's client waits five seconds before it does, also when
 * Slack asked for it, and ends the process where Slack gives no address.
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
        // The client has said why, by the logger.
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
      // Asked a second time, it waits for its peer no longer.
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
