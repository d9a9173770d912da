/** Kinds of files that are not an stpd.ini, with a pattern that identifies them. */
const kinds: readonly (readonly [what: string, sign: RegExp])[] = [
  ["a pointer of Git LFS; fetch the file itself with git lfs pull", /^version https:\/\/git-lfs/],
  ["a pointer of git-annex; fetch the file itself", /^(?:\.\.\/|\/)\S*annex\/objects\/\S+\s*$/],
  ["encrypted by git-crypt", /^\0GITCRYPT\0/],
  ["encrypted by Ansible Vault", /^\$ANSIBLE_VAULT;/],
  ["encrypted by SOPS", /=[ \t]*"?ENC\[[A-Z0-9_]+,/],
  ["encrypted by age", /^(?:age-encryption\.org\/|-----BEGIN AGE )/],
  ["encrypted by PGP", /^-----BEGIN PGP /],
  ["an HTML page", /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b/i],
  ["XML", /^(?:\xef\xbb\xbf)?\s*<[?!a-z]/i],
  ["JSON", /^(?:\xef\xbb\xbf)?\s*(?:\{\s*(?:"[^"\n]*"\s*:|\})|\[\s*\{)/],
  ["an RTF document", /^\{\\rtf/],
  ["a patch", /^(?:diff --git |--- \S+[\r\n]+\+\+\+ )/m],
  [
    "a template that was not rendered",
    /^[^#\r\n]{0,200}?(?:\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|<%.{0,200}?%>)/m,
  ],
  [
    "the target of a symbolic link, which was checked out as text",
    /^(?=\S{1,4096}\s*$)[^\s=#[\]]+(?:[/\\][^\s=#[\]]+|\.ini)\s*$/,
  ],
];

export interface ForeignFile {
  readonly kind: "foreign";
  readonly what: string;
  /** Index of the line that shows it. */
  readonly line: number;
}

/** Identifies a file that is not an stpd.ini. */
export function findForeign(bytes: string): ForeignFile | undefined {
  for (const [what, sign] of kinds) {
    const found = sign.exec(bytes);
    if (found === null) continue;
    const line = bytes.slice(0, found.index).split(/\r\n|\n|\r/).length - 1;
    return { kind: "foreign", what, line };
  }
  return undefined;
}
