import { expect, test } from "vitest";
import { help, helpOf } from "../../src/cli/help.ts";

test("the help of a command is its own part", () => {
  const host = helpOf("host");
  expect(host).toMatch(/^ {2}sesam-harden host install /);
  expect(host).toContain("sesam-harden host status");
  expect(host).not.toContain("sesam-harden apply");
  expect(host.split("\n").length).toBeLessThan(15);
  const recover = helpOf("recover");
  expect(recover).toMatch(/^ {2}sesam-harden recover .*\n {6}--show .*\n$/);
});

test("every command has one, and a word that is none gets all of it", () => {
  const names = [...help.matchAll(/^ {2}sesam-harden ([a-z]+) /gm)].map(([, name = ""]) => name);
  for (const name of names) {
    const own = helpOf(name);
    expect(own, name).toMatch(/^ {2}sesam-harden /);
    expect(own, name).toMatch(/\S\n$/);
    expect(own, name).not.toContain("Exit codes");
  }
  expect(helpOf("nothing")).toBe(help);
  expect(helpOf("")).toBe(help);
});
