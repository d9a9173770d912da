import { defineConfig } from "vitest/config";
import { lanes, sortIntoLanes } from "./test/lanes.ts";

const files = sortIntoLanes();

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    // Tests that ask thousands of questions of a peer; this only ends a test that hangs.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // Many tests wait for a host to come back, and use no processor meanwhile.
    maxWorkers: 4,
    projects: lanes.map((name) => ({
      extends: true,
      test: {
        name,
        include: [...files[name]],
        ...(name === "unit" && { setupFiles: ["test/unit-setup.ts"] }),
      },
    })),
  },
});
