import { readOptionFile } from "./option-file.ts";
import { findDeniedHost } from "../adapters/runtime/deno-permission.ts";
import { createGithubLedger } from "../adapters/github/ledger-branch.ts";
import { openGithubClient } from "../adapters/github/client.ts";
import { nameBlob } from "../adapters/runtime/crypto.ts";
import { verifySignature } from "../adapters/signatures.ts";
import type { AuditTools } from "../core/rollout/ledger/audit.ts";
import { readPublicKey, type PublicKey } from "../core/formats/jws.ts";
import { decodeBytes, makeVisible, readWholeNumber } from "../core/base/text.ts";
import type { LedgerHistory, LedgerStore } from "../core/rollout/ledger/store-port.ts";
import { usage, type ParsedArguments } from "./options.ts";
import type { Shell } from "./context.ts";

/** Options that define whose signatures count. */
export type LedgerKeys = ParsedArguments<never, "--key" | "--keys">;

export interface LedgerAccess {
  readonly store: LedgerStore & LedgerHistory;
  readonly tools: AuditTools;
}

/** Opens the ledger of the repository named by the environment variables of GitHub's runner. */
export function openLedger(parsed: LedgerKeys, shell: Shell): LedgerAccess {
  const keys = [...readTypedKeys(parsed), ...readKeyFiles(parsed, shell)];
  if (keys.length === 0) {
    throw usage("the ledger needs the controller's public keys: --key KID:X, or --keys FILE");
  }
  const { environment, hash } = shell;
  const [owner = "", repo = "", ...more] = (environment("GITHUB_REPOSITORY") ?? "").split("/");
  const token = environment("GITHUB_TOKEN") ?? "";
  if (owner === "" || repo === "" || more.length > 0) {
    throw usage("the ledger needs the variable GITHUB_REPOSITORY (OWNER/NAME of the config repo)");
  }
  if (token === "") {
    throw usage(
      "the ledger needs the variable GITHUB_TOKEN (a token that may read the config repo)",
    );
  }
  const apiUrl = environment("GITHUB_API_URL") || "https://api.github.com";
  const denied = findDeniedHost(apiUrl);
  if (denied !== undefined) {
    throw usage(`Deno may not connect to GitHub: allow it with --allow-net=${denied}`);
  }
  const client = openGithubClient({
    apiUrl,
    owner,
    repo,
    token,
    fetch,
    wait: async (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    timeoutMs: 30_000,
    advice: {
      token: "Set GITHUB_TOKEN to a valid token.",
      access: "Grant it `contents: read` for the repository in GITHUB_REPOSITORY.",
      again: "Run the command again later.",
    },
  });
  return { store: createGithubLedger(client), tools: { keys, verifySignature, hash, nameBlob } };
}

/** As in the pins of hosts: id and key, 43 characters each. */
function readTypedKeys({ many }: LedgerKeys): readonly PublicKey[] {
  return many("--key").map((typed) => {
    const key = readPublicKey(typed);
    // The value may be a private key, so no part of it is shown.
    if (key === undefined) throw usage("invalid value for --key (expected KID:X of a public key)");
    return key;
  });
}

const maxKeyBytes = 64 * 1024;

function readKeyFiles({ many }: LedgerKeys, shell: Shell): readonly PublicKey[] {
  return many("--keys").flatMap((path) => {
    const text = decodeBytes(readOptionFile({ option: "--keys", path, limit: maxKeyBytes }, shell));
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const keys = lines.map((line) => readPublicKey(line));
    if (keys.length > 0 && keys.every((key) => key !== undefined)) return keys;
    throw usage(
      `--keys ${makeVisible(path)} does not contain public keys as ticket keygen prints them, one per line`,
    );
  });
}

/** Parses the id of a repository or App on GitHub. Throws UsageError. */
export function readId(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = readWholeNumber(given) ?? 0;
  if (number > 0) return number;
  throw usage(`invalid value '${makeVisible(given)}' for ${name} (expected a numeric GitHub id)`);
}
