/** The part of Deno's namespace that this project uses, because there are no other types for it. */
export interface DenoNamespace {
  readonly args: readonly string[];
  exit(code: number): never;
  readonly noColor: boolean;
  readonly build: { readonly os: string };
  readonly env: { get(name: string): string | undefined };
  readonly stdin: { readSync(buffer: Uint8Array): number | null };
  readonly stdout: DenoWriter & { isTerminal(): boolean };
  readonly stderr: DenoWriter & { isTerminal(): boolean };
  readonly permissions: {
    querySync(permission: DenoPermission): DenoAnswer;
    /** Prompts the user, except with `--no-prompt`. */
    requestSync(permission: DenoPermission): DenoAnswer;
  };
  cwd(): string;
  openSync(path: string, options?: DenoOpenOptions): DenoFile;
  renameSync(from: string, to: string): void;
  removeSync(path: string): void;
  mkdirSync(path: string, options: { recursive: boolean }): void;
  chmodSync(path: string, mode: number): void;
  readDirSync(path: string): Iterable<DenoEntry>;
  statSync(path: string): DenoEntry & { readonly mode: number | null };
  realPathSync(path: string): string;
  writeFileSync(path: string, bytes: Uint8Array, options?: { append?: boolean }): void;
}

type DenoPermission =
  | { readonly name: "read" | "write"; readonly path: string }
  | { readonly name: "net"; readonly host: string };

interface DenoAnswer {
  readonly state: "granted" | "denied" | "prompt";
}

interface DenoWriter {
  writeSync(bytes: Uint8Array): number;
}

interface DenoOpenOptions {
  readonly write?: boolean;
  readonly createNew?: boolean;
  readonly mode?: number;
}

interface DenoFile extends DenoWriter {
  syncSync(): void;
  readSync(buffer: Uint8Array): number | null;
  close(): void;
}

interface DenoEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

/** Undefined on Node. Checked first, because accessing `process` takes Deno 24 ms. */
export const deno: DenoNamespace | undefined = (globalThis as { Deno?: DenoNamespace }).Deno;

interface UncaughtEvent {
  readonly error?: unknown;
  readonly reason?: unknown;
}

/** Like `process.on("uncaughtException")`, including rejections, without accessing `process`. */
export function onUncaught(report: (error: unknown) => void): void {
  const target = globalThis as unknown as {
    addEventListener(kind: string, listener: (event: UncaughtEvent) => void): void;
  };
  for (const kind of ["error", "unhandledrejection"]) {
    target.addEventListener(kind, (event) => report(event.error ?? event.reason));
  }
}
