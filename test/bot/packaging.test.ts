import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scopes } from "../../bot/slack/setup-checks.ts";
import { actionIds } from "../../bot/views/blocks.ts";
import { readBotSettings } from "../../bot/runtime/settings.ts";
import { botDocs as docs, readBotExample } from "../support/harness/bot-docs.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { commandWords } from "../../bot/views/help.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the manifest requests exactly the documented scopes", () => {
  const manifest = JSON.parse(read("bot/manifest.json"));
  expect(manifest.oauth_config.scopes).toEqual({ bot: Object.keys(scopes) });
  const rows = [...docs.matchAll(/^ *\| `([a-z:]+)` +\| (.+?) +\|$/gm)];
  const explained = Object.fromEntries(rows.map(([, scope, what]) => [scope, what]));
  expect(explained).toMatchObject(scopes);
  expect(manifest.settings).toMatchObject({
    socket_mode_enabled: true,
    interactivity: { is_enabled: true },
    event_subscriptions: { bot_events: ["app_home_opened"] },
  });
  const [command] = manifest.features.slash_commands;
  expect(command.command).toBe("/sesam-harden");
  for (const [word] of command.usage_hint.matchAll(/[a-z]+/g)) expect(commandWords).toContain(word);
});

test("every command and every button is documented", () => {
  for (const name of [...commandWords, ...actionIds]) {
    expect(docs, name).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  }
});

test("the bot.ini example is valid", () => {
  const { settings, problems } = readBotSettings("bot.ini", readBotExample());
  expect(problems).toEqual([]);
  expect([...(settings?.persons.keys() ?? [])]).toEqual(["anna", "ben"]);
  expect(settings?.environments.get("production")?.approvals).toBe(1);
});

test("the defaults in the table are the defaults of the settings", () => {
  const minimal = readBotExample();
  const stated = new Map<string, string>();
  let section = "";
  const rows = docs.matchAll(
    /^\| (?:`\[([a-z.A-Z]+)\]`)? *\| `([a-z_]+)` +\| .+ \| (?:`([^`]+)`|(\d+)) +\|$/gm,
  );
  const sections = [...docs.matchAll(/^\| (?:`\[([a-z.A-Z]+)\]`)? *\| `([a-z_]+)` +\|/gm)];
  const owners = sections.map(([, named, key = ""]) => {
    section = named ?? section;
    return [section, key] as const;
  });
  let at = 0;
  for (const [, , key, word, number] of rows) {
    while (owners[at]?.[1] !== key) at++;
    const [owner = ""] = owners[at++] ?? [];
    const title = owner.replace("environment.NAME", "environment.production");
    stated.set(title, `${stated.get(title) ?? ""}${key} = ${word ?? number}\n`);
  }
  expect([...stated.keys()]).toEqual([
    "github",
    "slack",
    "controller",
    "monitor",
    "environment.production",
  ]);
  let full = minimal;
  for (const [title, lines] of stated) {
    full = full.includes(`[${title}]\n`)
      ? full.replace(`[${title}]\n`, `[${title}]\n${lines}`)
      : `${full}\n[${title}]\n${lines}`;
  }
  expect(full.split("\n").length).toBeGreaterThan(minimal.split("\n").length + 20);
  const reading = readBotSettings("bot.ini", full);
  expect(reading.problems).toEqual([]);
  expect(reading.settings).toEqual(readBotSettings("bot.ini", minimal).settings);
});

test("the unit finds its secrets where the docs put them, and can write to its state directory only", () => {
  const unit = read("bot/sesam-harden-bot.service");
  const credentials = [
    ...unit.matchAll(/^LoadCredential=([\w-]+):\/etc\/sesam-harden-bot\/(.+)$/gm),
  ];
  const given = [...unit.matchAll(/^Environment=(\w+)=%d\/([\w-]+)$/gm)];
  expect(credentials.length).toBe(5);
  expect(given.map(([, , name]) => name)).toEqual(credentials.map(([, name]) => name));
  for (const [index, [, , path]] of credentials.entries()) {
    expect(docs).toContain(`export ${given[index]?.[1]}=${path}\n`);
  }
  for (const promise of [
    "DynamicUser=yes",
    "StateDirectory=sesam-harden-bot",
    "StateDirectoryMode=0700",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
    "Restart=on-failure",
    "RestartPreventExitStatus=78",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "SystemCallFilter=@system-service",
  ]) {
    expect(unit.split("\n")).toContain(promise);
  }
  expect(unit).not.toMatch(/^ReadWritePaths=/m);
});

test.skipIf(!hasPeer("systemd-analyze", "--version"))(
  "systemd accepts the unit, and rates its exposure as low",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "unit-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const unit = join(folder, "sesam-harden-bot.service");
    // Node is in another place here.
    const text = read("bot/sesam-harden-bot.service").replace("/usr/bin/node", process.execPath);
    writeFileSync(unit, text);
    const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    expect([verified.status, verified.stderr]).toEqual([0, ""]);
    const args = ["security", "--offline=true", "--threshold=20", unit];
    const rated = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(rated.status, rated.stdout).toBe(0);
  },
);

test("the container runs without root, contains no build tools, and checks its health", () => {
  const text = read("bot/Containerfile");
  const stages = text.split(/^FROM /m).slice(1);
  expect(stages.length).toBe(2);
  const last = stages.at(-1) ?? "";
  for (const stage of stages)
    expect(stage).toMatch(/^docker\.io\/library\/node:24\.\d+\.\d+-\w+-slim/);
  expect(text).toContain("--ignore-scripts --workspace bot");
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK /m);
  expect(last).toContain("rm -rf /usr/local/lib/node_modules");
  // Otherwise Podman omits the health check.
  for (const page of [text, docs]) expect(page).toContain("podman build --format docker -f bot/");
  expect(last).not.toMatch(/npm (ci|install)|apt|curl/);
  const copied = [...last.matchAll(/^COPY (?:--from=build )?(.+)$/gm)].map(([, what]) => what);
  expect(copied).toEqual([
    "/opt/sesam-harden/node_modules node_modules",
    "package.json ./",
    "src src",
    "bot bot",
  ]);
});
