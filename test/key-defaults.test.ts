import { expect, test } from "vitest";
import { keyTables } from "../build/key-tables.ts";
import { readPins } from "../src/core/host/pins/pins.ts";
import { defaultPolicy } from "../src/core/settings/policy.ts";
import { defaultInclude } from "../src/core/settings/settings.ts";

/** Defaults of a section as its page says them. */
function documented(file: string, section: string): Readonly<Record<string, string>> {
  const keys = keyTables[file]?.[1][section] ?? {};
  return Object.fromEntries(
    Object.entries(keys).map(([key, [, fallback]]) => [key, fallback.replaceAll("`", "")]),
  );
}

test("the page of the settings has the defaults of the policy", () => {
  const { profile, failOn, absentPort, filteredPort, unreachable } = defaultPolicy;
  const { gnutls, ...said } = documented("sesam-harden.ini", "");
  expect(said).toEqual({
    profile,
    fail_on: failOn,
    absent_port: absentPort,
    filtered_port: filteredPort,
    unreachable_families: unreachable.join(" ") || "none",
    include: defaultInclude.join(" "),
  });
  const lines = new Set(defaultPolicy.dialects.map((name) => name.replace(/\.\d+$/, "")));
  expect(gnutls).toBe([...lines].join(" "));
});

const pinsText = `host = rds1
repository = 1
stpd_ini = /stpd.ini
addresses = rds1
[command.restart]
program = /restart
[command.busy]
program = /busy
[server]
url = https://sesam1:11401
user = reader
password_file = /password
jobs = /jobs
[ssh]
address = rds1
identity = /id
known_hosts = /known
`;

test("the page of the host has the defaults of the pins", () => {
  const { pins } = readPins("rds1.ini", pinsText);
  if (pins === undefined) throw new Error("these pins are complete");
  const { limits, busy, server, ssh } = pins;
  const numbers = {
    watchdog: limits.watchdogMs,
    prove: limits.proveForMs,
    settle: limits.settleMs,
    quiet: limits.quietForMs,
    idle: limits.idleMs,
    clock_skew: limits.clockSkewMs,
  };
  const { role, os, avx, backups, timer } = pins;
  expect(documented("pins", "")).toMatchObject({
    ...Object.fromEntries(Object.entries(numbers).map(([key, ms]) => [key, String(ms / 1000)])),
    role,
    os,
    avx,
    backups: String(backups),
    timer,
  });
  expect(documented("pins", "`[command.NAME]`")).toMatchObject({
    limit: String((busy?.limitMs ?? 0) / 1000),
    idle_exit: String(busy?.idleExit),
    busy_exit: String(busy?.busyExit),
  });
  expect(documented("pins", "`[server]`")).toMatchObject({
    login_type: server?.loginType,
    busy_states: server?.busyStates.join(" "),
  });
  expect(documented("pins", "`[ssh]`")).toMatchObject({
    port: String(ssh?.port),
    user: ssh?.user,
    state: ssh?.state,
  });
});
