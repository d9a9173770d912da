import { expect, test } from "vitest";
import { findCandidates, listSourceFiles } from "../../../src/core/import/find-candidates.ts";
import { createMemoryFiles, type Placed } from "../../support/builders/fleet.ts";

const ini = "[STPD_Server]\nSTPD_PORT=11001\n";

function scan(fleet: Readonly<Record<string, Placed>>) {
  const { found, refused } = listSourceFiles("/repo", "copied", createMemoryFiles(fleet));
  const findings = findCandidates(found, "/repo");
  return {
    names: findings.candidates.map(({ name }) => name).toSorted(),
    refused: [...refused, ...findings.refused].map(({ shown, reason }) => `${shown}: ${reason}`),
  };
}

test("finds files in mixed layouts, also names with backslashes of a ZIP from Windows", () => {
  const fleet = {
    "a/var/ini/stpd.ini": ini,
    "b/STPD.INI": ini,
    "flat/c.ini": ini,
    "d\\C\\ProgramData\\SEPsesam\\var\\ini\\stpd.ini": ini,
  };
  expect(scan(fleet)).toEqual({ names: ["a", "b", "c", "d"], refused: [] });
});

test("skips other files of an installation, and files of version control and tools", () => {
  const fleet = {
    "a/var/ini/stpd.ini": ini,
    "a/var/ini/sm.ini": "[x]\ny=1\n",
    "a/var/ini/stpd.ini.bak": ini,
    "a/var/ini/stpd_conf/Si3-NG_4.ini": ini,
    ".git/stpd.ini": ini,
    "a/var/ini/ssl/key.pem": "secret",
    "hosts/old/host.ini": "os = linux\n",
    "sesam-harden.ini": "",
  };
  expect(scan(fleet)).toEqual({ names: ["a"], refused: [] });
});

test("reports and skips a file that is unreadable or not an stpd.ini", () => {
  const fleet: Readonly<Record<string, Placed>> = {
    "a/stpd.ini": "<html><body>404</body></html>",
    "b/stpd.ini": "[sm]\nkey=1\n",
    "c/stpd.ini": { unreadable: "there is no permission to read or write it" },
    "d/stpd.ini": { link: "../e/real" },
    "e/real": ini,
    "f/stpd.ini.txt": ini,
    "rds9/stpd.txt": ini,
    "rds10/stpd - Copy.ini": ini,
    "rds11.zip": "PK",
    "rds12.tar.gz": "",
    "deeper/update.zip": "PK",
    "old/stpd.ini": ini,
    "g.ini": "\0\0\0\0",
    "var/ini/stpd.ini": ini,
    "h/stpd.ini": "",
  };
  // The directory of the source is called repo, which names the host of its var/ini.
  expect(scan(fleet)).toEqual({
    names: ["repo"],
    refused: [
      "copied/rds11.zip: it is an archive; name it as a further SOURCE",
      "copied/rds12.tar.gz: it is an archive; unpack it first",
      "copied/a/stpd.ini: it is an HTML page",
      "copied/b/stpd.ini: it is another file, with no section and no key of STPD",
      "copied/c/stpd.ini: there is no permission to read or write it",
      "copied/d/stpd.ini: it is a link or no regular file",
      "copied/f/stpd.ini.txt: it is not named stpd.ini or HOST.ini; rename it if it is the host's file",
      "copied/rds9/stpd.txt: it is not named stpd.ini or HOST.ini; rename it if it is the host's file",
      "copied/rds10/stpd - Copy.ini: it is not named stpd.ini or HOST.ini; rename it if it is the host's file",
      "copied/old/stpd.ini: 'old' (its directory) names no host; rename it to the host's name",
      "copied/h/stpd.ini: it is empty",
      "copied/g.ini: it has no section and no key of STPD",
    ],
  });
});

test("linked directories outside of the source, and dangling links, are reported last", () => {
  const fleet: Readonly<Record<string, Placed>> = {
    "copied/rds1/stpd.ini": ini,
    "copied/again": { link: "rds1" },
    "copied/loop": { link: "." },
    "copied/rds2": { link: "../mounted/rds2" },
    "copied/rds3": { link: "../gone" },
    "copied/notes": { link: "../notes.txt" },
    "copied/rds4/stpd.ini": "<html></html>",
    "copied/.git": { link: "../mounted" },
    "mounted/rds2/stpd.ini": ini,
    "notes.txt": "",
  };
  const { found, refused } = listSourceFiles("/repo/copied", "copied", createMemoryFiles(fleet));
  expect(found.map(({ path }) => path).toSorted()).toEqual(["rds1/stpd.ini", "rds4/stpd.ini"]);
  expect(refused.map(({ shown, reason }) => `${shown}: ${reason}`)).toEqual([
    "copied/rds2: it is a link to a directory outside of the source; name it as a SOURCE to read it",
    "copied/rds3: it is a link that leads nowhere",
  ]);
});

test.each([
  ["broken", "[STPD_Server\nSTPD_PORT=11001\n"],
  ["UTF-16", `\xff\xfe${[..."[STPD_Server]\r\n"].map((char) => `${char}\0`).join("")}`],
  ["latin1 with CRLF", "# f\xfcr\r\n[STPD_Server]\r\nSTPD_PORT=11001"],
])("takes an stpd.ini that is %s byte for byte: a check reports problems", (_, bytes) => {
  const read = () => ({ kind: "bytes" as const, bytes });
  const files = [{ path: "a/stpd.ini", shown: "a/stpd.ini", read }];
  expect(findCandidates(files, "").candidates).toMatchObject([{ name: "a", bytes }]);
});

test("a directory that is unreadable or nested too deep is reported by its path", () => {
  const deep = (levels: number): string => `${"d/".repeat(levels - 1)}last/stpd.ini`;
  expect(scan({ [deep(32)]: ini })).toEqual({ names: ["last"], refused: [] });
  expect(scan({ [deep(33)]: ini })).toEqual({
    names: [],
    refused: [`copied/${"d/".repeat(32)}last: it is nested too deep`],
  });
  const files = createMemoryFiles({});
  const denied = { ...files, list: () => ({ kind: "unreadable" as const, reason: "no access" }) };
  expect(listSourceFiles("/repo", "copied", denied)).toEqual({
    found: [],
    refused: [{ shown: "copied", reason: "no access" }],
  });
});
