// Entry point. Without it, an old Node or missing packages would end in a stack trace before
// main.ts runs.
import { setFlagsFromString } from "node:v8";

// The bot lives long and needs little at once. By default, V8 lets up to 130 MiB of new objects
// gather, and the rest of the heap grow to four times what is in use.
setFlagsFromString("--optimize-for-size");

const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  try {
    await import("./main.ts");
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write(
      "error: packages of the bot are missing; run npm ci --omit=dev --workspace bot in the checkout\n",
    );
    process.exitCode = 2;
  }
} else {
  process.stderr.write(
    `error: the bot needs Node 24 or newer, this is ${process.version}; install it, or start the bot with its path\n`,
  );
  process.exitCode = 2;
}
