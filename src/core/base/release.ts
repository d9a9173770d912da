/** Version numbers of SEP's named releases. Source: SEP, release notes (SCA Book). */
const releaseNames: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["tigon", [4, 4]],
  ["grolar", [4, 4]],
  ["beefalo", [4, 4]],
  ["jaglion", [5, 0]],
  ["apollon", [5, 1]],
  ["artemis", [5, 2]],
]);

/** Suffixes of a release number or name that do not affect its age. */
const otherWord = /^(?:sep|sesam|version|v\d{1,3}|(?:sp|hf|hotfix|build)[\d.]*)$/;

/**
 * Major and minor number of a release as SEP writes it: `5.1.0.14`, `5.1.0.14 SP1`, `Jaglion V2`,
 * `5.0.0.9 Jaglion V2`. Undefined for anything else, also if name and number contradict each other.
 */
export function readRelease(text: string): readonly [number, number] | undefined {
  const words = text.toLowerCase().replace(/(\d)(?=(?:sp|hf)\d)/g, "$1 ");
  let release: readonly [number, number] | undefined;
  let before = "";
  for (const word of words.split(/[\s_,()-]+/).filter((one) => one !== "")) {
    const found = readNumbers(word) ?? releaseNames.get(word);
    const isCount = /^\d{1,6}$/.test(word) && /^(?:sp|hf|hotfix|build)$/.test(before);
    before = word;
    if (found === undefined) {
      if (isCount || otherWord.test(word)) continue;
      return undefined;
    }
    if (release !== undefined && (release[0] !== found[0] || release[1] !== found[1])) {
      return undefined;
    }
    release = found;
  }
  return release;
}

function readNumbers(word: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,6}){0,3}$/.exec(word) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/**
 * Whether a release needs its HTTP and FTP ports, which can be disabled since 5.1.0; undefined for an
 * invalid version. Source: SEP, Securing SEP sesam Network Traffic (5.2.0).
 */
export function needsPlainPorts(text: string): boolean | undefined {
  const release = readRelease(text);
  return release && (release[0] < 5 || (release[0] === 5 && release[1] < 1));
}
