import { HardenError } from "../../core/base/errors.ts";
import type { DenoNamespace } from "./deno.ts";
import { explainAccess, isNotPermitted, type FileRefusal } from "./deno-permission.ts";

/** Standard streams, and output files that a user names. */
export interface Terminal {
  readonly out: (text: string) => void;
  /** Writes one byte per character. */
  readonly outBytes: (bytes: string) => void;
  readonly err: (text: string) => void;
  /** Reads standard input to its end, as bytes. */
  readonly input: () => Uint8Array;
  /** Throws HardenError `broke` if the file cannot be written. */
  readonly write: (path: string, text: string) => void;
  readonly append: (path: string, text: string) => void;
}

export function createNodeTerminal(): Terminal {
  const fs = process.getBuiltinModule("node:fs");
  const writeTo = (descriptor: number, encoding: "utf8" | "latin1") => {
    return ignoreClosed(
      (bytes) => {
        try {
          return fs.writeSync(descriptor, bytes);
        } catch (error) {
          // A non-blocking pipe is full: wait a moment.
          if (!hasCode(error, "EAGAIN")) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
          return 0;
        }
      },
      (text) => Buffer.from(text, encoding),
    );
  };
  return {
    out: writeTo(1, "utf8"),
    outBytes: writeTo(1, "latin1"),
    err: writeTo(2, "utf8"),
    input: () => fs.readFileSync(0),
    write: (path, text) =>
      explainWrite(path, () => {
        const folder = folderOf(path, process.platform === "win32");
        if (folder !== undefined) fs.mkdirSync(folder, { recursive: true });
        fs.writeFileSync(path, text);
      }),
    append: (path, text) => explainWrite(path, () => fs.appendFileSync(path, text)),
  };
}

export function createDenoTerminal(deno: DenoNamespace): Terminal {
  const writeTo = (path: string, text: string, append: boolean): void =>
    explainWrite(path, () => {
      const folder = folderOf(path, deno.build.os === "windows");
      // If the directory exists, permission for the file is enough.
      if (!append && folder !== undefined && isMissing(deno, folder)) {
        deno.mkdirSync(folder, { recursive: true });
      }
      deno.writeFileSync(path, new TextEncoder().encode(text), { append });
    });
  return {
    out: ignoreClosed((bytes) => deno.stdout.writeSync(bytes)),
    outBytes: ignoreClosed(
      (bytes) => deno.stdout.writeSync(bytes),
      (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
    ),
    err: ignoreClosed((bytes) => deno.stderr.writeSync(bytes)),
    input: () => {
      const chunks: Uint8Array[] = [];
      const buffer = new Uint8Array(65_536);
      for (;;) {
        const count = deno.stdin.readSync(buffer);
        if (count === null) break;
        chunks.push(buffer.slice(0, count));
      }
      return joinChunks(chunks);
    },
    write: (path, text) => writeTo(path, text, false),
    append: (path, text) => writeTo(path, text, true),
  };
}

function isMissing(deno: DenoNamespace, folder: string): boolean {
  try {
    deno.statSync(folder);
    return false;
  } catch (error) {
    // A missing read permission is reported by the write.
    return error instanceof Error && error.name === "NotFound";
  }
}

/** The directory of a path; undefined for a bare name. Windows accepts both slashes. */
function folderOf(path: string, isWindows: boolean): string | undefined {
  const end = Math.max(path.lastIndexOf("/"), isWindows ? path.lastIndexOf("\\") : -1);
  return end > 0 ? path.slice(0, end) : undefined;
}

function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** A reader that has exited, as in `| head`, is not an error. */
function ignoreClosed(
  write: (bytes: Uint8Array) => number,
  encode = (text: string): Uint8Array => new TextEncoder().encode(text),
): (text: string) => void {
  let closed = false;
  return (text) => {
    if (closed) return;
    let bytes = encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(write(bytes));
    } catch (error) {
      if (!hasCode(error, "EPIPE")) throw error;
      closed = true;
    }
  };
}

function explainWrite(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const refusal: FileRefusal = isNotPermitted(error)
      ? explainAccess("write", path)
      : { reason: messageOf(error) };
    const {
      reason,
      next = "Choose a file that this user may write; missing directories are created.",
    } = refusal;
    const message = `cannot write the report to ${path}: ${reason}`;
    throw new HardenError("broke", message, next, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
