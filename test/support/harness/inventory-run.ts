import { writeFleet } from "../builders/fleet.ts";
import { makeAuthority, makeCertificate } from "../builders/certificates.ts";
import { startDeno, startNode, type Ended } from "./programs.ts";
import {
  password,
  startSesam,
  user,
  type SesamOptions,
  type StandIn,
} from "../fakes/sesam/sesam-stand-in.ts";

export interface InventoryRun {
  readonly sesam: StandIn;
  /** Contains the password, the CA certificate, and what the command writes. */
  readonly folder: string;
  readonly node: (...args: readonly string[]) => Promise<Ended>;
  readonly deno: (...args: readonly string[]) => Promise<Ended>;
}

/** A stand-in, and the command that queries it with no more permissions than it needs. */
export async function prepareInventory(
  options: Omit<SesamOptions, "certificate" | "login"> & Partial<SesamOptions>,
): Promise<InventoryRun> {
  const authority = makeAuthority();
  const certificate = makeCertificate("DNS:localhost,IP:127.0.0.1", authority);
  const sesam = await startSesam({ certificate, login: "object", ...options });
  const folder = writeFleet({
    "ca.pem": authority.cert,
    password: `${Buffer.from(password).toString("latin1")}\n`,
  });
  const access = ["--user", user, "--ca-file", "ca.pem", "--password-file", "password"];
  const command = ["inventory", "--url", sesam.url, ...access];
  const permissions = [
    `--allow-net=localhost:${sesam.port}`,
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
  ];
  return {
    sesam,
    folder,
    node: (...args) => startNode([...command, ...args], { cwd: folder }),
    deno: (...args) => startDeno(permissions, [...command, ...args], { cwd: folder }),
  };
}
