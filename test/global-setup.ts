/** With an older Node most tests would pass too, and prove nothing about the supported one. */
export default function setup(): void {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 24) {
    throw new Error(
      `tests need Node 24 or newer, this is ${process.version}: run them with npm test`,
    );
  }
}
