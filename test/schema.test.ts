import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { combineAddresses, unresolvedHost } from "../src/core/probe/host-probe.ts";
import { renderFleetProbeJson, renderProbeJson } from "../src/core/report/probe.ts";
import { printInventory } from "../src/core/inventory/print.ts";
import { writeFleet } from "./support/builders/fleet.ts";
import { accept, hardened, probeOf, tls, withPort } from "./support/builders/observations.ts";
import { runNode } from "./support/harness/programs.ts";
import { makePriority } from "./support/builders/priority-strings.ts";
import { createRandom } from "./support/builders/random.ts";

const example = fileURLToPath(new URL("../examples/config-repo", import.meta.url));

function validatorOf(name: string): (content: unknown) => unknown {
  const path = new URL(`../docs/schema/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020.default({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv as never);
  const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
  return (content) => (validate(content) ? "valid" : validate.errors);
}

test("check", () => {
  const validate = validatorOf("check");
  const report = JSON.parse(runNode(["check", "--format", "json", example]).stdout);
  expect(validate(report)).toBe("valid");
  expect(validate({ ...report, time: 1 })).not.toBe("valid");
  expect(report.findings.length).toBeGreaterThan(10);
});

test("priority", () => {
  const validate = validatorOf("priority");
  const random = createRandom(3);
  const lines = Array.from({ length: 300 }, () => JSON.stringify(makePriority(random)));
  for (const args of [[], ["--gnutls", "3.8"], ["--gnutls", "3.6.13"]]) {
    const { stdout } = runNode(["priority", "--format", "json", ...args, "-"], {
      input: lines.join("\n"),
    });
    const answers = stdout.trim().split("\n");
    expect(answers.length).toBe(300);
    for (const answer of answers) {
      const parsed = JSON.parse(answer);
      expect(validate(parsed), answer).toBe("valid");
      // The lower bound is within the upper one, for each version.
      expect(Object.keys(parsed.possible)).toEqual(Object.keys(parsed.effective));
      for (const [version, names] of Object.entries<string[]>(parsed.effective)) {
        expect(parsed.possible[version]).toEqual(expect.arrayContaining(names));
      }
    }
  }
});

test("priority prints what some client might get, although one that offers everything does not", () => {
  const { stdout } = runNode(["priority", "--format", "json", "NORMAL:-GROUP-EC-ALL"]);
  const { effective, possible } = JSON.parse(stdout);
  const name = "TLS_ECDHE_RSA_AES_256_GCM_SHA384";
  expect(possible["TLS1.2"]).toContain(name);
  expect(effective["TLS1.2"]).not.toContain(name);
});

test("rules", () => {
  expect(validatorOf("rules")(JSON.parse(runNode(["rules", "--format", "json"]).stdout))).toBe(
    "valid",
  );
});

test("baseline and interfaces", () => {
  const folder = writeFleet({ "a/stpd.ini": "STPD_PORT=1\n" });
  expect(runNode(["check", "--write-baseline", "known.json"], { cwd: folder }).status).toBe(1);
  expect(validatorOf("baseline")(JSON.parse(readFileSync(`${folder}/known.json`, "utf8")))).toBe(
    "valid",
  );
  const validate = validatorOf("interfaces");
  const interfaces = readFileSync(`${example}/hosts/sesam-server/interfaces.json`, "utf8");
  expect(validate(JSON.parse(interfaces))).toBe("valid");
  const inventory = {
    server: "sesam1",
    exportedAt: "2026-11-20T08:00:00Z",
    clients: [{ name: "db1", interfaces: ["https://db1:11443"] }],
    usage: [{ kind: "restore-task", name: "r", client: "", interface: "" }],
  } as const;
  expect(validate(JSON.parse(printInventory(inventory)))).toBe("valid");
  expect(validate(JSON.parse(printInventory(inventory, ["a gap"])))).not.toBe("valid");
});

test("probe", () => {
  const validate = validatorOf("probe");
  const [one, two] = [hardened, { ...withPort("http", "open"), address: "2001:db8::1" }];
  const nameless = { ...accept("A"), nameless: true };
  const refused = {
    ...hardened,
    serverName: "rds_1",
    tls: { ...tls, "TLS1.2": nameless, "TLS1.3": nameless },
  };
  const probes = [
    probeOf(one),
    probeOf(one, two),
    probeOf(refused),
    unresolvedHost("db1", "no such name is known"),
    combineAddresses("db1", [], ["2001:db8::1"]),
  ];
  for (const probe of [...probes, probeOf(withPort("https", "filtered"))]) {
    const report = JSON.parse(renderProbeJson(probe, true));
    expect(validate(report)).toBe("valid");
    expect(validate({ ...report, verdict: "fine" })).not.toBe("valid");
  }
  const fleet = JSON.parse(renderFleetProbeJson(probes, false));
  expect(validate(fleet)).toBe("valid");
  expect(Object.keys(fleet.hosts[1].addresses)).toEqual(["192.0.2.1", "2001:db8::1"]);
});
