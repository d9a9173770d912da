import { createServer } from "node:net";

/** A host of the demo fleet; all hosts share this machine, so each has its own ports. */
export interface DemoHost {
  readonly name: string;
  readonly role: "server" | "rds";
  readonly ports: Readonly<Record<"ftp" | "http" | "https", number>>;
  /** The original stpd.ini on the host. */
  readonly file: string;
}

export const environment = "production";
export const repository = "example/config";

/** Clients on the host itself use the first, all others the second. */
export const addresses = ["127.0.0.1", "127.0.0.2"] as const;

const members = [
  { name: "rds-berlin", role: "rds" },
  { name: "rds-munich", role: "rds" },
  { name: "sesam", role: "server" },
] as const;

export async function createFleet(): Promise<readonly DemoHost[]> {
  const first = await findPorts(3 * members.length);
  return members.map(({ name, role }, index) => {
    const at = first + 3 * index;
    const ports = { ftp: at, http: at + 1, https: at + 2 };
    const open = `STPD_PORT=${ports.ftp}\nSTPD_HTTP_PORT=${ports.http}\n`;
    const file = `[STPD_Server]\n${open}# STPD_HTTPS_PORT=${ports.https}\n`;
    return { name, role, ports, file };
  });
}

/**
 * So many free ports in a row, below those that systems give to clients: there a client of the demo
 * itself could take one before its host does.
 */
async function findPorts(count: number): Promise<number> {
  for (let turn = 0; turn < 200; turn++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`there are no ${count} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** The config repo, by path: the files on the hosts, and a host.ini for each. */
export function listConfigFiles(hosts: readonly DemoHost[]): Readonly<Record<string, string>> {
  const inventory = {
    schemaVersion: 1,
    exportedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    server: "sesam",
    clients: [],
    usage: [],
  };
  const keys = [
    "gv_default_interface_prefix",
    "gv_default_interface_prefix_ext",
    "gv_conf_use_com_stpd_kill",
  ];
  return {
    "sesam-harden.ini": "profile = vendor\n",
    ...Object.fromEntries(
      hosts.flatMap(({ name, role, file }) => [
        [`hosts/${name}/stpd.ini`, file],
        [`hosts/${name}/host.ini`, describeHost(role)],
      ]),
    ),
    "hosts/sesam/interfaces.json": `${JSON.stringify(inventory, null, 2)}\n`,
    "hosts/sesam/globals.ini": `[sesam]\n${keys.map((key) => `${key} = https\n`).join("")}`,
  };
}

function describeHost(role: DemoHost["role"]): string {
  return `role = ${role}
os = linux
version = 5.1.0.14
environment = ${environment}
address = ${addresses[1]}
`;
}
