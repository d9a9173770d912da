import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  /** Both in PEM. */
  readonly key: string;
  readonly cert: string;
}

const tags = {
  integer: 0x02,
  bits: 0x03,
  bytes: 0x04,
  object: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  address: 0x87,
} as const;

/** Source: X.690, section 8.1; lengths up to 65,535. */
function der(tag: keyof typeof tags, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tags[tag], ...size]), content]);
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** Object identifiers, as DER has them. */
const ids = {
  ecdsaWithSha256: hex("2a8648ce3d040302"),
  commonName: hex("550403"),
  subjectAltName: hex("551d11"),
  basicConstraints: hex("551d13"),
};

function utcTime(at: Date): Buffer {
  return der("utcTime", Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`));
}

function extension(id: Buffer, ...value: readonly Buffer[]): Buffer {
  return der("sequence", der("object", id), der("bytes", der("sequence", ...value)));
}

const day = 86_400_000;

/**
 * A key and a self-signed certificate, valid for 90 days and the given IPv4 addresses. Node cannot
 * create certificates, and the demo should not need openssl. Source: RFC 5280, section 4.1.
 */
export function makeCertificate(name: string, addresses: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der("sequence", der("object", ids.ecdsaWithSha256));
  const attribute = der("sequence", der("object", ids.commonName), der("utf8", Buffer.from(name)));
  const subject = der("sequence", der("set", attribute));
  const serial = randomBytes(16);
  // Positive, and in its shortest form.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const names = [
    der("dnsName", Buffer.from(name)),
    ...addresses.map((address) => der("address", Uint8Array.from(address.split("."), Number))),
  ];
  const body = der(
    "sequence",
    der("version", der("integer", hex("02"))),
    der("integer", serial),
    algorithm,
    subject,
    der("sequence", utcTime(new Date(Date.now() - day)), utcTime(new Date(Date.now() + 90 * day))),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      "extensions",
      der(
        "sequence",
        extension(ids.basicConstraints),
        extension(ids.subjectAltName, ...names),
      ),
    ),
  );
  const signature = der("bits", hex("00"), sign("sha256", body, privateKey));
  const base64 = der("sequence", body, algorithm, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}
