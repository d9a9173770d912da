import config from "../../../rolldown.config.mjs";

/** The same build to another place, to be compared with the committed one. */
export default {
  ...config,
  output: { ...config.output, dir: "node_modules/.cache/dist-copy" },
};
