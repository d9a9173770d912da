import { expect, test } from "vitest";
import { compareWithServer } from "../../../src/core/import/server-clients.ts";

const taken = (clients: Readonly<Record<string, readonly string[]>>, server = "sesam1") => ({
  server,
  clients: Object.entries(clients).map(([name, interfaces]) => ({ name, interfaces })),
  usage: [],
  counts: new Map(),
  gaps: [],
});

const clients = {
  sesam1: ["http://backup.example:11000", "https://backup.example:11443"],
  "rds1.example": ["https://rds1.example:11443", "https://rds1-nas.example:11443"],
  rds2: ["HTTP://rds2:11000"],
  laptop: [],
  old: ["ftp://old:11001", "old:11001"],
};

test("a client is missing if it offers an interface of STPD, and no host has its name", () => {
  const missing = (...hosts: readonly string[]) =>
    compareWithServer(taken(clients), hosts).missing.map(({ name, address }) => [name, address]);
  expect(missing()).toEqual([
    ["sesam1", "backup.example"],
    ["rds1.example", "rds1.example"],
    ["rds2", "rds2"],
  ]);
  expect(missing("RDS1", "backup", "rds2.example")).toEqual([]);
});

test("takes only a host name or an IP address from an interface, and lists the rest", () => {
  const urls = {
    rds1: "https://rds1\navx = no\nversion = 4.4.3:11443",
    rds2: "https://rds2 # x:11443",
    rds3: "https://:11443",
    rds4: "https://[2001:db8::1]:11443",
    rds_5: "https://rds_5:11443",
  };
  const lists = Object.entries(urls).map(([name, url]) => [name, [url]] as const);
  const { seen, invalid } = compareWithServer(taken(Object.fromEntries(lists)), []);
  expect(Object.keys(urls).map((name) => seen(name).address)).toEqual([
    undefined,
    undefined,
    undefined,
    "2001:db8::1",
    "rds_5",
  ]);
  expect(invalid.map(({ client }) => client)).toEqual(["rds1", "rds2", "rds3"]);
});

test("the Server says which host it is, and an address that all interfaces agree on", () => {
  const { seen } = compareWithServer(taken(clients), []);
  expect(seen("sesam1")).toEqual({ role: "server", address: "backup.example" });
  expect(seen("rds1")).toEqual({});
  expect(seen("rds2")).toEqual({ address: "rds2" });
  expect(seen("laptop")).toEqual({});
  expect(seen("old")).toEqual({});
  expect(seen("unknown")).toEqual({});
  // A Server without a name is not a host.
  expect(compareWithServer(taken(clients, ""), []).seen("sesam1")).toEqual({
    address: "backup.example",
  });
});
