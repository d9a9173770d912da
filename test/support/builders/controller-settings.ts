import {
  type ControllerSettings,
  readControllerSections,
} from "../../../src/core/rollout/state/rollout-settings.ts";
import type { Problem } from "../../../src/core/base/errors.ts";
import { readSettingsFile } from "../../../src/core/settings/ini-sections.ts";

/** Reads the controller's own settings, which are never in the config repo. */
export function readControllerSettings(
  path: string,
  bytes: string,
): { readonly settings: ControllerSettings; readonly problems: readonly Problem[] } {
  const file = readSettingsFile(path, bytes);
  return { settings: readControllerSections(file, []), problems: file.problems };
}
