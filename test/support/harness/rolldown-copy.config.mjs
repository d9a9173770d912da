import config from "../../../rolldown.config.mjs";

/** The same build to another place, for comparison with the committed one. */
export default {
  ...config,
  output: { ...config.output, dir: "node_modules/.cache/dist-copy" },
};
