import { expect, test } from "vitest";
import {
  defaultEndpoints,
  parseEndpoint,
  setEndpoint,
} from "../../../src/core/inventory/endpoints.ts";

test.each([
  ["restore-task=POST:/restores/findTasks", { method: "POST", path: "/restores/findTasks" }],
  [
    "migration-event=GET:/migrationevents?all=true",
    { method: "GET", path: "/migrationevents?all=true" },
  ],
  ["client=POST:/clients/find", { method: "POST", path: "/clients/find" }],
  ["login=POST:/auth/login", { method: "POST", path: "/auth/login" }],
  ["logout=POST:/auth/logout", { method: "POST", path: "/auth/logout" }],
])("%s is an endpoint", (text, endpoint) => {
  expect(parseEndpoint(text)).toMatchObject({ kind: "endpoint", endpoint });
});

test.each([
  ["", /expected NAME=METHOD:PATH/],
  ["backup-task", /expected NAME=METHOD:PATH/],
  ["backup=GET:/backups", /NAME is one of client, backup-task/],
  ["client=PUT:/clients", /METHOD is GET or POST/],
  ["client=GET:clients", /starts with \//],
  ["client=GET:/clients all", /has no spaces/],
  ["client=GET:/clients\n", /has no spaces/],
  ["client=GET:/../v1/clients", /no \. and \.\./],
  ["client=GET:/%2E%2e/clients", /no \. and \.\./],
  ["client=GET:/clients#a", /no #/],
  ["client=GET:\\\\other\\clients", /starts with \//],
  ["login=GET:/auth/login", /needs POST/],
  // A path that changes something has the same form as a search, except for its name.
  ["client=POST:/clients/delete", /may change something/],
  ["backup-task=POST:/backups/start?find", /may change something/],
  ["backup-task=POST:/find/deleteTask", /may change something/],
  ["logout=POST:/clients/delete", /may change something/],
])("%j is not an endpoint", (text, message) => {
  const reading = parseEndpoint(text);
  expect(reading.kind === "problem" ? reading.message : reading).toMatch(message);
});

test("an endpoint replaces another, and changes no other", () => {
  const endpoint = { method: "GET", path: "/x" } as const;
  const all = setEndpoint(
    setEndpoint(defaultEndpoints, "restore-task", endpoint),
    "logout",
    endpoint,
  );
  expect(all.lists.get("restore-task")).toBe(endpoint);
  expect([...all.lists].slice(0, -1)).toEqual([...defaultEndpoints.lists]);
  expect([all.logout, all.login]).toEqual([endpoint, defaultEndpoints.login]);
});
