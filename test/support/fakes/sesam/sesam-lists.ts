/** A small installation, made up for the tests, because no real answer is available. */
export const clients = [
  {
    id: 0,
    name: "sesam1",
    accessMode: "SMSSH",
    interfaces: ["http://sesam1:11000", "https://sesam1:11443", "sesam1:11001"],
  },
  { id: 1, name: "db1", location: { id: 0, name: "Bonn" }, interfaces: null },
  { id: 2, name: "files", interfaces: [] },
];

export const backupTasks = [
  { name: "home", client: "files", source: "/home", interface: "" },
  { name: "sap", client: { id: 1, name: "db1" }, source: "all", interface: null },
];

export const backupEvents = [
  { id: 7, name: "nightly", object: "sap", interface: "http://sesam1:11000" },
  { id: 8, name: "", object: "home", scheduleName: "daily", interface: "https://sesam1:11443" },
  { id: 9, name: "weekly", object: "home" },
];

export const backupLists = {
  "GET /clients": clients,
  "POST /backups/findTasks": backupTasks,
  "POST /backupevents/find": backupEvents,
};

/** No path is documented for these, so the user skips them. */
export const skipRest = ["restore", "migration", "replication"].flatMap((work) => [
  "--skip",
  `${work}-task`,
  "--skip",
  `${work}-event`,
]);

/** The expected output, except for the time. */
export const inventoryText = `{
  "schemaVersion": 1,
  "exportedAt": "TIME",
  "server": "sesam1",
  "clients": [
    { "name": "db1", "interfaces": [] },
    { "name": "files", "interfaces": [] },
    { "name": "sesam1", "interfaces": ["http://sesam1:11000", "https://sesam1:11443", "sesam1:11001"] }
  ],
  "usage": [
    { "kind": "backup-event", "name": "home", "client": "files", "interface": "https://sesam1:11443" },
    { "kind": "backup-event", "name": "nightly", "client": "db1", "interface": "http://sesam1:11000" },
    { "kind": "backup-event", "name": "weekly", "client": "files", "interface": "" },
    { "kind": "backup-task", "name": "home", "client": "files", "interface": "" },
    { "kind": "backup-task", "name": "sap", "client": "db1", "interface": "" }
  ]
}
`;
