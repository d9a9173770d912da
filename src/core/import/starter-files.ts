import { docsUrl } from "../base/docs-url.ts";
import { version } from "../base/version.ts";
import { exampleWorkflows } from "./example-workflows.ts";

/** A file that a config repo starts with; an existing one is kept. */
export interface StarterFile {
  readonly path: string;
  readonly bytes: string;
  /** Other paths at which the same file counts. */
  readonly elsewhere: readonly string[];
}

/** The tag of the release that this program is. */
export const releaseTag = `v${version}`;

const attributes = `# Git must not change line endings here: hosts get these files byte for byte.
hosts/** -text
`;

const settings = `# Keys and defaults: ${docsUrl}settings.md
include = hosts/*/stpd.ini
# profile = strict               # vendor (default): SEP's procedure; strict: forward secrecy and AEAD too
# gnutls = 3.7 3.8               # GnuTLS releases on the hosts (default: 3.6 3.7 3.8)
`;

const owners = `# Replace @OWNER/TEAM with people or teams that have write access, and remove "# " in front of the
# paths. It takes a ruleset to require their review:
# ${docsUrl}settings.md#review-of-the-settings
# The last line that matches a file counts.
# /hosts/           @OWNER/TEAM
# sesam-harden.ini  @OWNER/TEAM
# host.ini          @OWNER/TEAM
# interfaces.json   @OWNER/TEAM
# .gitattributes    @OWNER/TEAM
# /known.json       @OWNER/TEAM
# /.github/         @OWNER/TEAM
`;

/**
 * What a config repo needs in addition to its hosts. `commit` is that of the release, 40 digits, or
 * undefined if it is not known; then the workflows name the tag, and say how to pin it.
 */
export function listStarterFiles(commit: string | undefined): readonly StarterFile[] {
  return [
    { path: ".gitattributes", bytes: attributes, elsewhere: [] },
    { path: "sesam-harden.ini", bytes: settings, elsewhere: [] },
    // GitHub reads the first of the three.
    {
      path: ".github/CODEOWNERS",
      bytes: owners,
      elsewhere: ["CODEOWNERS", "docs/CODEOWNERS"],
    },
    ...Object.entries(exampleWorkflows).map(([name, text]) => ({
      path: `.github/workflows/${name}`,
      bytes: pinAction(text, commit),
      elsewhere: [],
    })),
  ];
}

function pinAction(workflow: string, commit: string | undefined): string {
  const reference =
    commit === undefined
      ? `${releaseTag} # pin the commit: ${docsUrl}verify-a-release.md#what-should-you-pin`
      : `${commit} # ${releaseTag}`;
  return workflow.replaceAll(/(uses: sesam-harden\/sesam-harden@).*/g, `$1${reference}`);
}
