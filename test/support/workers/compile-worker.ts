import { compileStpd } from "../fakes/host/stand-in-stpd.ts";

// The cache, with a slash at its end.
const [, , cache = ""] = process.argv;
process.stdout.write(compileStpd(cache) ?? "");
