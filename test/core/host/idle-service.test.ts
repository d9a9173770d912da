import { expect, test } from "vitest";
import type { Busy, Outcome } from "../../../src/core/host/ports.ts";
import { believeIdle, watchConnections } from "../../../src/core/host/idle-service.ts";
import { plain } from "../../support/fakes/host/model-change.ts";
import { createModelHost, createWorld, parse } from "../../support/fakes/host/model-host.ts";
import { listConnections } from "../../../src/core/host/proc-net.ts";

const head =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const row = (local: string, remote: string, state: string): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n`;
const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");
const listening = head + row(`00000000:${hex(11_001)}`, "00000000:0000", "0A");
const peer = "0700000A";
const established = (port: number): string => row(`0100007F:${hex(port)}`, `${peer}:C350`, "01");

/** An RDS on which each check reads the next of the tables; the last one repeats. */
function makeRds({
  said = { kind: "no" },
  looks = [listening],
  live = plain,
}: {
  said?: Busy;
  looks?: readonly (string | Outcome<string>)[];
  live?: string;
}) {
  const world = createWorld(live);
  const seenAt: number[] = [];
  const model = createModelHost(world);
  const host = {
    ...model,
    service: { ...model.service, askBusy: async () => said },
    readTcpTables: async (): Promise<Outcome<string>> => {
      const tables = looks[Math.min(seenAt.length, looks.length - 1)] ?? "";
      seenAt.push(world.elapsed);
      return typeof tables === "string" ? { kind: "done", value: tables } : tables;
    },
  };
  const service = watchConnections(host, { parse, intervalMs: 10_000 });
  return { world, service, seenAt, ask: service.askBusy };
}

test("an RDS is idle once two checks, ten seconds apart, see no connection", async () => {
  const { ask, seenAt } = makeRds({});
  expect(await ask()).toEqual({ kind: "no" });
  expect(seenAt).toEqual([0, 10_000]);
});

test("one more check is enough soon afterwards; later, two are needed again", async () => {
  const { ask, seenAt, world } = makeRds({});
  await ask();
  world.elapsed += 5000;
  expect(await ask()).toEqual({ kind: "no" });
  expect(seenAt).toEqual([0, 10_000, 15_000]);
  world.elapsed += 30_001;
  expect(await ask()).toEqual({ kind: "no" });
  expect(seenAt.slice(3)).toEqual([45_001, 55_001]);
});

test("a connection that stays is a transfer, in any of the checks", async () => {
  const busy = {
    kind: "yes",
    detail: "connections to the data ports: 10.0.0.7 to port 11001",
  };
  const tables = listening + established(11_001);
  expect(await makeRds({ looks: [tables] }).ask()).toEqual(busy);
  // It is not waited for.
  const ending = makeRds({ looks: [tables, tables, listening] });
  expect(await ending.ask()).toEqual(busy);
  expect(ending.seenAt).toEqual([0, 1000]);
  const later = makeRds({ looks: [listening, tables] });
  expect(await later.ask()).toEqual(busy);
  const again = makeRds({ looks: [listening, listening, tables] });
  expect(await again.ask()).toEqual({ kind: "no" });
  expect(await again.ask()).toEqual(busy);
  // Idle time before it does not count afterwards.
  const after = makeRds({ looks: [listening, tables, listening] });
  expect(await after.ask()).toEqual(busy);
  after.world.elapsed += 3000;
  expect(await after.ask()).toEqual({ kind: "no" });
  expect(after.seenAt).toEqual([0, 10_000, 13_000, 23_000]);
});

test("a connection that is gone after a second was a scan, and restarts the ten seconds", async () => {
  const { ask, seenAt } = makeRds({ looks: [listening + established(11_001), listening] });
  expect(await ask()).toEqual({ kind: "no" });
  expect(seenAt).toEqual([0, 1000, 11_000]);
});

test("the busy command or the Server decides first", async () => {
  for (const said of [
    { kind: "yes", detail: "a backup" },
    { kind: "unknown", detail: "no command" },
  ] as const) {
    const { ask, seenAt } = makeRds({ said });
    expect(await ask()).toEqual(said);
    expect(seenAt).toEqual([]);
  }
});

test("unreadable tables, or those of another network, give no answer", async () => {
  const failed = { kind: "failed", reason: "there is no permission" } as const;
  expect(await makeRds({ looks: [failed] }).ask()).toEqual({
    kind: "unknown",
    detail: "cannot read the host's connections: there is no permission",
  });
  expect(await makeRds({ looks: [listening, failed] }).ask()).toMatchObject({ kind: "unknown" });
  const other = head + row(`00000000:${hex(22)}`, "00000000:0000", "0A");
  const without = head + established(11_001);
  for (const looks of [[""], [head], [other], [without], [listening, other]]) {
    const said = await makeRds({ looks }).ask();
    expect(said).toMatchObject({ kind: "unknown" });
    expect(said).toMatchObject({ detail: expect.stringContaining("no listener on 11443, 11000") });
  }
});

test("if the file in place cannot be read, nothing is known", async () => {
  for (const name of ["live", "old"]) {
    const world = createWorld(plain);
    const failing = createModelHost(world, (effect) =>
      effect === `read ${name}`
        ? { kind: "fails", reason: "the disk reports an error" }
        : { kind: "works" },
    );
    const readTcpTables = async () => ({ kind: "done", value: listening }) as const;
    const service = watchConnections({ ...failing, readTcpTables }, { parse, intervalMs: 10_000 });
    expect(await service.askBusy()).toEqual({
      kind: "unknown",
      detail: "the disk reports an error",
    });
  }
});

test("checks the ports of the file in place and of the previous one, commented out or not", async () => {
  const moved = "[STPD_Server]\nSTPD_PORT=12001\n# STPD_HTTP_PORT=12000\nSTPD_HTTPS_PORT=12443\n";
  const listens = head + row(`00000000:${hex(12_443)}`, "00000000:0000", "0A");
  for (const port of [12_001, 12_000, 12_443]) {
    const { ask } = makeRds({ live: moved, looks: [listens + established(port)] });
    expect(await ask()).toMatchObject({ kind: "yes" });
  }
  expect(await makeRds({ live: moved, looks: [listens + established(443)] }).ask()).toEqual({
    kind: "no",
  });
  const { ask, world } = makeRds({ live: moved, looks: [listens + established(11_001)] });
  expect(await ask()).toEqual({ kind: "no" });
  world.disk.write("old", plain, true);
  expect(await ask()).toMatchObject({ kind: "yes" });
});

test("only established connections count, in both tables and by the local port", () => {
  const ports = new Set([11_001, 11_443]);
  const local = `0100007F:${hex(11_001)}`;
  const remote = `${peer}:C350`;
  const mapped = "0000000000000000FFFF00000700000A:C350";
  const alike = ["00000000000000000000FF000700000A:C350", "B80D012000000000FFFF00000700000A:C350"];
  expect(
    listConnections(alike.map((other) => row(local, other, "01")).join(""), ports).map(
      ({ peer: other }) => other,
    ),
  ).toEqual([
    "[0000:0000:0000:0000:00ff:0000:0a00:0007]",
    "[2001:0db8:0000:0000:0000:ffff:0a00:0007]",
  ]);
  const six = `B80D0120000000000000000001000000:${hex(11_443)}`;
  const states = ["02", "03", "04", "05", "06", "07", "08", "09", "0A", "0B"];
  const others = states.map((state) => row(local, remote, state)).join("");
  expect(listConnections(head + others + head, ports)).toEqual([]);
  // The client's end of a connection, within the machine or to another one.
  expect(listConnections(row(remote, local, "01"), ports)).toEqual([]);
  expect(
    listConnections(
      head + row(local, remote, "01") + head + row(six, mapped, "01") + row(six, six, "01"),
      ports,
    ),
  ).toEqual([
    { port: 11_001, peer: "10.0.0.7" },
    { port: 11_443, peer: "10.0.0.7" },
    { port: 11_443, peer: "[2001:0db8:0000:0000:0000:0000:0000:0001]" },
  ]);
});

test("names some of many connections", async () => {
  const looks = [listening + established(11_001).repeat(5)];
  expect(await makeRds({ looks }).ask()).toMatchObject({
    detail: expect.stringMatching(
      /^connections to the data ports: (10\.0\.0\.7 to port 11001, ){3}and 2 more$/,
    ),
  });
});

test("a person's statement counts if nothing else is known, and not against what is observed", async () => {
  const unknown = makeRds({ said: { kind: "unknown", detail: "no command" } });
  expect(await believeIdle(unknown.service).askBusy()).toEqual({ kind: "no" });
  const busy = makeRds({ said: { kind: "yes", detail: "a backup" } });
  expect(await believeIdle(busy.service).askBusy()).toEqual({ kind: "yes", detail: "a backup" });
  const connected = makeRds({ looks: [listening + established(11_001)] });
  expect(await believeIdle(connected.service).askBusy()).toMatchObject({ kind: "yes" });
});
