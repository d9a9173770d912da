import { openReportKey } from "../../../adapters/host-local/report-key.ts";
import {
  printHostReport,
  signReport,
  type HostReport,
} from "../../../core/rollout/dispatch/host-report.ts";
import { HardenError } from "../../../core/base/errors.ts";
import { encodeBytes } from "../../../core/base/text.ts";
import type { InstalledHost } from "./open-host.ts";
import type { Shell } from "../../../shell/context.ts";
import { readNumber } from "../../../shell/options.ts";

/**
 * Returns a printer for reports of a host. It signs them if the job gives the attempt of its run
 * and the host has a key. Open it before any change: an invalid key throws HardenError then.
 */
export async function openReportPrinter(
  given: string | undefined,
  { host: { pins, state }, plan }: { readonly host: InstalledHost; readonly plan: string },
  { hash }: Pick<Shell, "hash">,
): Promise<(report: HostReport) => Promise<string>> {
  const attempt = readNumber("--attempt", given, [1, 9999]);
  const signer = attempt === undefined ? undefined : await openReportKey(state);
  if (attempt === undefined || signer === undefined) {
    return async (report) => printHostReport(report);
  }
  const run = { repository: pins.repository, attempt, plan: hash(encodeBytes(plan)) };
  return async (report) => printHostReport(await signReport(report, run, signer));
}

/** For read-only commands: if the key cannot be used, a report is not signed. */
export async function openUsableKey(state: string): ReturnType<typeof openReportKey> {
  try {
    return await openReportKey(state);
  } catch (error) {
    if (error instanceof HardenError) return undefined;
    throw error;
  }
}
