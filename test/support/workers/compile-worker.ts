import { compileStpd } from "../fakes/host/stand-in-stpd.ts";

// The cache, with a trailing slash.
const [, , cache = ""] = process.argv;
process.stdout.write(compileStpd(cache) ?? "");
