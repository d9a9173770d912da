import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "../harness/tls-server.ts";

const config = `[req]
distinguished_name = name
prompt = no
[name]
CN = test
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = `;

interface Wanted {
  readonly issuer?: KeyPair | undefined;
  readonly days?: number | undefined;
}

function make(
  section: "authority" | "server",
  names: string,
  { issuer, days = 60 }: Wanted = {},
): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const path = (name: string): string => join(folder, name);
  try {
    writeFileSync(path("config"), config + names);
    writeFileSync(path("ca.crt"), issuer?.cert ?? "");
    writeFileSync(path("ca.key"), issuer?.key ?? "");
    const how = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${days} -config ${path("config")} -extensions ${section} -keyout ${path("key")} -out ${path("crt")}`;
    const by = issuer === undefined ? [] : ["-CA", path("ca.crt"), "-CAkey", path("ca.key")];
    const subject = ["-subj", `/CN=${section} ${folder.slice(-6)}`];
    const { status, stderr } = spawnSync("openssl", [...how.split(" "), ...subject, ...by], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
    return { key: readFileSync(path("key"), "utf8"), cert: readFileSync(path("crt"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A new CA, whose key exists only in this process. */
export function makeAuthority(): KeyPair {
  return make("authority", "DNS:none");
}

/** A certificate for names such as `DNS:localhost,IP:127.0.0.1`; self-signed without an issuer. */
export function makeCertificate(names: string, issuer?: KeyPair, days?: number): KeyPair {
  return make("server", names, { issuer, days });
}
