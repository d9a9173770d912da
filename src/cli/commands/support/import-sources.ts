import { readEach } from "../../../adapters/at-once.ts";
import { listZipped } from "../../../adapters/archive/zip.ts";
import { readRemoteFile } from "../../../adapters/host-ssh/read-remote-file.ts";
import { baseName, parentOf } from "../../../core/base/paths.ts";
import { makeVisible } from "../../../core/base/text.ts";
import type { FileReading } from "../../../core/fleet/read-host.ts";
import {
  findCandidates,
  isSuspect,
  listSourceFiles,
  maxStpdBytes,
  readStpd,
  type Findings,
  type SourceFile,
} from "../../../core/import/find-candidates.ts";
import { checkName } from "../../../core/import/host-name.ts";
import { usage } from "../../../shell/options.ts";
import type { Shell } from "../../../shell/context.ts";

/** Path of the file in SEP sesam's Linux packages. Source: SEP, Directory Layout (5.1.0). */
const linuxFile = "/var/opt/sesam/var/ini/stpd.ini";

const maxArchive = 256 * 1024 * 1024;
/** Maximum bytes unpacked from an archive, regardless of the file sizes that it declares. */
const maxUnpacked = 64 * 1024 * 1024;

interface Remote {
  readonly destination: string;
  readonly host: string;
  readonly path: string;
}

/** The kind of a SOURCE. */
type Source =
  | { readonly kind: "files"; readonly findings: Findings }
  | { readonly kind: "ssh"; readonly remote: Remote };

/** Reads all sources: files first, then hosts over ssh, eight at a time. */
export async function readSources(typed: readonly string[], shell: Shell): Promise<Findings> {
  const sources = typed.map((source) => openSource(source, shell));
  const remotes = sources.flatMap((source) => (source.kind === "ssh" ? [source.remote] : []));
  let count = 0;
  const read = await readEach(remotes, async (remote) => {
    const found = await readRemote(remote);
    shell.progress.tell(`${++count} of ${remotes.length} hosts read over ssh`);
    return found;
  });
  shell.progress.clear();
  const files = sources.flatMap((source) => (source.kind === "files" ? [source.findings] : []));
  const all = [...files, ...read];
  return {
    candidates: all.flatMap(({ candidates }) => candidates),
    refused: all.flatMap(({ refused }) => refused),
  };
}

function openSource(typed: string, { files }: Shell): Source {
  const path = files.absolute(typed);
  const there = files.kindOf(path);
  if (there.kind === "folder") {
    const { found, refused } = listSourceFiles(path, typed, files);
    const findings = findCandidates(found, path);
    const all = { ...findings, refused: [...refused, ...findings.refused] };
    return { kind: "files", findings: withReason(all, typed) };
  }
  if (there.kind === "file") {
    return { kind: "files", findings: withReason(openFile(typed, path, files), typed) };
  }
  const remote = there.kind === "missing" ? readDestination(typed) : undefined;
  if (remote !== undefined) return { kind: "ssh", remote };
  const shown = makeVisible(typed);
  const reason = there.kind === "unreadable" ? there.reason : "no such file or directory";
  throw usage(`${shown}: ${reason}`);
}

/** Reports every source that contributes nothing, with the reason. */
function withReason(findings: Findings, typed: string): Findings {
  const isEmpty = findings.candidates.length === 0 && findings.refused.length === 0;
  const reason = "there is no stpd.ini in it";
  return isEmpty ? { candidates: [], refused: [{ shown: typed, reason }] } : findings;
}

function openFile(typed: string, path: string, files: Shell["files"]): Findings {
  if (/\.zip$/i.test(typed)) return openArchive(typed, files.read(path, maxArchive));
  if (!isSuspect(path)) {
    throw usage(`${makeVisible(typed)} is not a directory, an .ini file or a .zip file`);
  }
  const read = (): FileReading => files.read(path, maxStpdBytes);
  const file = { path: baseName(path), shown: typed, place: path, read };
  return findCandidates([file], parentOf(path));
}

function openArchive(typed: string, reading: FileReading): Findings {
  const refuse = (reason: string): Findings => ({
    candidates: [],
    refused: [{ shown: typed, reason }],
  });
  if (reading.kind !== "bytes") {
    return refuse(reading.kind === "missing" ? "it does not exist" : reading.reason);
  }
  const zipped = listZipped(Buffer.from(reading.bytes, "latin1"));
  if (zipped === undefined) return refuse("it is not a ZIP file, or it is damaged");
  let left = maxUnpacked;
  const files = zipped
    .filter(({ name }) => isSuspect(name) && !/(?:^|[/\\])stpd_conf[/\\]/i.test(name))
    .map(({ name, size, read }): SourceFile => ({
      path: name,
      shown: `${typed}: ${name}`,
      read: () => {
        if (left < maxStpdBytes) {
          return { kind: "unreadable", reason: "more than 64 MiB of the archive were unpacked" };
        }
        // A damaged file costs as much as a good one.
        if (size <= maxStpdBytes) left -= size;
        const bytes = read(maxStpdBytes);
        return bytes === undefined
          ? { kind: "unreadable", reason: "it is damaged, encrypted or larger than 1 MiB" }
          : { kind: "bytes", bytes };
      },
    }));
  return findCandidates(files, typed.replace(/\.zip$/i, ""));
}

/** `user@host[:PATH]`, in the syntax of scp; `[...]` around an IPv6 address. */
function readDestination(typed: string): Remote | undefined {
  const [, user, bracketed, plain, path = linuxFile] =
    /^([^\s@:/-][^\s@:/]*)@(?:\[([0-9a-fA-F:]+)\]|([\w][\w.-]*))(?::(.+))?$/.exec(typed) ?? [];
  const host = bracketed ?? plain;
  if (user === undefined || host === undefined) return undefined;
  if (!path.startsWith("/")) {
    throw usage(
      `${makeVisible(typed)}: the path has to start with /; copy files of Windows hosts into a directory`,
    );
  }
  return { destination: `${user}@${host}`, host, path };
}

async function readRemote({ destination, host, path }: Remote): Promise<Findings> {
  const shown = `${destination}:${path}`;
  const refuse = (reason: string): Findings => ({ candidates: [], refused: [{ shown, reason }] });
  const naming = checkName(host, "ssh destination", undefined);
  if (naming.kind === "nameless") return refuse(naming.reason);
  const reading = await readRemoteFile({ destination, path, most: maxStpdBytes });
  if (reading.kind === "unreadable") return refuse(reading.reason);
  const content = readStpd(reading);
  if (content.kind === "refused") return refuse(content.reason);
  const os = readSystem(reading.system);
  const seen = { address: host, ...(os === undefined ? {} : { os }) };
  const { name, by } = naming;
  return { candidates: [{ name, by, shown, bytes: content.bytes, seen }], refused: [] };
}

/** Output of `uname -s`; ports of Unix tools to Windows append its version. */
function readSystem(system: string): "linux" | "windows" | undefined {
  if (system === "Linux") return "linux";
  return /^(?:CYGWIN|MINGW|MSYS|UCRT)[^\n]*_NT|^Windows_NT$/.test(system) ? "windows" : undefined;
}
