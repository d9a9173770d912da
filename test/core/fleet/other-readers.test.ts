import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { parse as readIni } from "ini";
import { expect, test } from "vitest";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { httpsPort } from "../../../src/core/fleet/verdict.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import { byteOrderMark } from "../../../src/core/formats/ini/document.ts";
import { stpdFiles } from "../../support/builders/fleets.ts";
import { hasPeer } from "../../support/harness/peers.ts";

const parse = createStpdParser(defaultPolicy);

/** Files in which we read the HTTPS port as certain, with its number. */
const sureFiles = fc.sample(stpdFiles, { numRuns: 6000, seed: 20_261_130 }).flatMap((text) => {
  const file = parse(text);
  const port = file.kind === "file" ? httpsPort(file) : undefined;
  return port === undefined ? [] : [{ text, port: String(port) }];
});

test("a certain port is the one that ini reads", () => {
  expect(sureFiles.length).toBeGreaterThan(100);
  for (const { text, port } of sureFiles) {
    const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
    const value: unknown = readIni(text.slice(start))["STPD_Server"]?.STPD_HTTPS_PORT;
    // A repeated key becomes a list.
    expect(new Set([value].flat()), text).toEqual(new Set([port]));
  }
});

/** Keys with their case, and only what SEP documents; null if it rejects the file. */
const program = `
import configparser, json, sys
answers = []
for text in json.load(sys.stdin):
    reader = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",),
        strict=False, allow_no_value=True, empty_lines_in_values=True)
    reader.optionxform = str
    try:
        reader.read_string(text)
        answers.append(reader.get("STPD_Server", "STPD_HTTPS_PORT", fallback="nothing"))
    # An indented line below a key without a value: Python 3.11 ends with the second.
    except (configparser.Error, AttributeError):
        answers.append(None)
json.dump(answers, sys.stdout)
`;

test.runIf(hasPeer("python3", "--version"))(
  "a certain port is the one that Python's configparser reads, if it reads the file",
  () => {
    const texts = sureFiles.map(({ text }) =>
      text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text,
    );
    const { stdout, stderr } = spawnSync("python3", ["-c", program], {
      input: JSON.stringify(texts),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const answers: readonly (string | null)[] = JSON.parse(stdout);
    const read = answers.flatMap((answer, index) => (answer === null ? [] : [index]));
    expect(read.length).toBeGreaterThan(50);
    for (const index of read) expect(answers[index], texts[index]).toBe(sureFiles[index]?.port);
  },
);
