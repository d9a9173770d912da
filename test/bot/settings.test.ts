import { expect, test } from "vitest";
import { readBotSettings } from "../../bot/runtime/settings.ts";

const people = `[person.anna]
slack = U012AB3CD
github = 1
groups = ops
[environment.production]
approvals = 1
groups = ops
`;
const github = "[github]\nrepository = example/config\n";
const slack = "[slack]\nteam = T012AB3CD\napp = A012AB3CD\nchannel = C012AB3CD\n";

test("omitted settings have defaults", () => {
  const { settings, problems } = readBotSettings("bot.ini", people + github + slack);
  expect(problems).toEqual([]);
  expect(settings?.persons.get("anna")?.slack).toBe("U012AB3CD");
  expect(settings?.github).toEqual({
    owner: "example",
    repo: "config",
    apiUrl: "https://api.github.com",
    app: null,
    workflow: "sesam-rollout.yml",
    verifyWorkflow: "sesam-verify.yml",
    requiresSignatures: false,
  });
  expect(settings?.slack).toEqual({
    mode: "socket",
    team: "T012AB3CD",
    enterprise: null,
    app: "A012AB3CD",
    channel: "C012AB3CD",
    host: "127.0.0.1",
    port: 3000,
  });
  expect(settings?.times).toEqual({
    ticketLifeSeconds: 3600,
    pollSeconds: 5,
    answerSeconds: 120,
    searchSeconds: 900,
    retrySeconds: 600,
    startSeconds: 3600,
    abortSeconds: 60,
    rehearsalSeconds: 600,
    freshSeconds: 129_600,
    remindSeconds: 14_400,
  });
  expect(settings?.monitor).toEqual({ host: "127.0.0.1", port: 9464 });
});

test("every setting can be set", () => {
  const text = `${people}${github}api = https://ghes.example/api/v3/
app = 7
installation = 8
workflow = a.yml
verify_workflow = b.yaml
require_signatures = yes
${slack}mode = http
enterprise = E012AB3CD
host = 0.0.0.0
port = 8080
[controller]
ticket_life = 2h
poll = 10s
answer = 1m
search = 10m
retry = 5m
start = 30m
abort = 2m
rehearsal = 20m
fresh = 2d
remind = 1h
[monitor]
host = ::1
port = 0
`;
  const { settings, problems } = readBotSettings("bot.ini", text);
  expect(problems).toEqual([]);
  expect(settings?.github).toEqual({
    owner: "example",
    repo: "config",
    apiUrl: "https://ghes.example/api/v3",
    app: { id: 7, installation: 8 },
    workflow: "a.yml",
    verifyWorkflow: "b.yaml",
    requiresSignatures: true,
  });
  expect(settings?.slack).toMatchObject({
    mode: "http",
    enterprise: "E012AB3CD",
    host: "0.0.0.0",
    port: 8080,
  });
  expect(Object.values(settings?.times ?? {})).toEqual([
    7200, 10, 60, 600, 300, 1800, 120, 1200, 172_800, 3600,
  ]);
  expect(settings?.monitor).toEqual({ host: "::1", port: 0 });
});

test.each([
  ["no section at all", people, ["[github] lacks repository", "[slack] lacks team, app, channel"]],
  [
    "an App without its installation",
    `${people}${github}app = 7\n${slack}`,
    ["[github] lacks installation"],
  ],
  [
    "an installation without its App",
    `${people}${github}installation = 7\n${slack}`,
    ["[github] lacks app"],
  ],
  [
    "a name instead of an id",
    people + github + slack.replace("C012AB3CD", "ops"),
    ["invalid value 'ops' for channel (expected the id of a channel, such as C012AB3CD)"],
  ],
  [
    "a channel cut off by a comment character",
    people + github + slack.replace("C012AB3CD", "#backup"),
    [
      "channel has no value because # starts a comment (expected the id of a channel, such as C012AB3CD)",
    ],
  ],
  [
    "an App and an installation that are not numbers",
    `${people}${github}app = seven\ninstallation = eight\n${slack}`,
    [
      "invalid value 'seven' for app (expected a whole number above 0)",
      "invalid value 'eight' for installation (expected a whole number above 0)",
    ],
  ],
  ["an unknown section", `${people}${github}${slack}[monitors]\n`, ["unknown section [monitors]"]],
  [
    "an invalid address",
    `${people}${github}api = github.com\n${slack}`,
    ["invalid value 'github.com' for api (expected a URL such as https://api.github.com)"],
  ],
])("refuses %s", (_, text, messages) => {
  const { settings, problems } = readBotSettings("bot.ini", text);
  expect(settings).toBeUndefined();
  expect(problems.map(({ message }) => message)).toEqual(messages);
});
