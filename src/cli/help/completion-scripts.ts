import { formats } from "../../core/report/render.ts";
import { rules } from "../../core/rules/index.ts";
import { isCommandName, listVerbs } from "../option-kinds.ts";
import { commandTexts, type CommandText } from "./command-texts.ts";
import { listOptions } from "./render-help.ts";

/** Possible values at a position: a file name, or one of some words; empty if none are known. */
type Values = "files" | readonly string[];

const names = Object.keys(commandTexts).filter(isCommandName);

/**
 * Words that may come next, with their descriptions, by the words before; the empty key has the
 * commands.
 */
const nextWords = new Map<string, Map<string, string>>();
for (const name of names) {
  const [first = "", second] = name.split(" ");
  const { what } = commandTexts[name];
  addWord("", first, second === undefined ? what : listVerbs(first).join(", "));
  if (second !== undefined) addWord(first, second, what);
}

function addWord(before: string, word: string, what: string): void {
  nextWords.set(before, (nextWords.get(before) ?? new Map<string, string>()).set(word, what));
}

/** Commands of two words, as a shell pattern. */
const pairs = [...nextWords.keys()].filter(Boolean).join("|");
const helpText = "Show options and examples";

const commands = names.map((name) => {
  const { takes = "" }: CommandText = commandTexts[name];
  return { name, takes: valuesOf(takes), options: listOptions(name) };
});

/** Looks up the values by their placeholder in the help. */
function valuesOf(value: string): Values {
  if (value === "[COMMAND]") return [...(nextWords.get("")?.keys() ?? [])];
  if (value === "RULE") return rules.map(({ id }) => id);
  if (value.startsWith("RULE | host ")) return [...rules.map(({ id }) => id), "host"];
  if (value === "FORMAT=FILE") return formats.map((format) => `${format}=`);
  if (/^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(value)) return value.split("|");
  return /\b(FILE|DIR|PATH|SOURCE)\b/.test(value) && !value.includes("=") ? "files" : [];
}

/**
 * Quotes a word for POSIX shells and fish; in both, a backslash and a quote outside quotes give a
 * quote.
 */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** For Bash 3.2 and newer, which splits at `=`: `--format=js` is three words. */
function renderBash(): string {
  const cases = commands.flatMap(({ name, options, takes }) => [
    ...options.flatMap((option) =>
      option.value === ""
        ? []
        : [`'${name} ${option.name}') ${setBash(valuesOf(option.value))} ;;`],
    ),
    `'${name} '*) ${setBash(takes)} options='${options.map((option) => `${option.name} `).join("")}--help' ;;`,
  ]);
  const next = [...nextWords].map(
    ([before, words]) => `'${before} '*) ${setBash([...words.keys()])} ;;`,
  );
  return `_sesam_harden() {
  local word words= files= options=--help equals= cur=\${COMP_WORDS[COMP_CWORD]}
  local prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  if [ "$cur" = = ]; then cur= equals=$prev
  elif [ "$prev" = = ]; then equals=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $equals in -*) prev=$equals ;; ?*) prev== ;; esac
  if [ "$COMP_CWORD" = 1 ]; then command=; fi
  case $command in ${pairs})
    if [ "$COMP_CWORD" -gt 2 ]; then command="$command \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$command $prev" in
*' =') files=1 ;;
${[...cases, ...next].join("\n")}
  esac
  case $cur in -*) words=$options files= ;; esac
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(if [ "$files" ]; then compgen -f -- "$cur"; else compgen -W "$words" -- "$cur"; fi)
  if [ "$files" ]; then compopt -o filenames; fi 2>/dev/null
  case \${COMPREPLY-} in *=) compopt -o nospace 2>/dev/null ;; esac
  return 0
}
complete -F _sesam_harden sesam-harden
`;
}

function setBash(values: Values): string {
  return values === "files" ? "files=1" : `words='${values.join(" ")}'`;
}

function renderZsh(): string {
  const next = [...nextWords].map(([before, words]) => {
    const list = [...words].map(([word, what]) => quote(`${word}:${what}`));
    return `"${before}") names=(${list.join(" ")}) ;;`;
  });
  const cases = commands.map(({ name, options, takes }) => {
    const specs = options.map(({ name: typed, isRepeatable, value, text }) => {
      const start = `${isRepeatable ? "*" : ""}${typed}${value && "="}[${escapeZsh(text)}]`;
      return value ? `${start}:${escapeZsh(value)}:${listZsh(valuesOf(value))}` : start;
    });
    const rest = takes.length > 0 ? [`*: :${listZsh(takes)}`] : [];
    const all = [...specs, `--help[${helpText}]`, ...rest];
    return `'${name}') _arguments ${all.map(quote).join(" ")} ;;`;
  });
  return `_sesam_harden() {
  local -a names
  local command=$words[2] depth=1
  case $command in ${pairs}) depth=2 ;; esac
  if (( CURRENT <= depth + 1 )); then
    case "$words[2,CURRENT-1]" in
${next.join("\n")}
    esac
    _describe command names
    return
  fi
  command="$words[2,depth+1]"
  shift $depth words
  (( CURRENT -= depth ))
  case $command in
${cases.join("\n")}
  esac
}
case $funcstack[1] in _sesam[-_]harden) _sesam_harden ;; *) compdef _sesam_harden sesam-harden ;; esac
`;
}

function escapeZsh(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

function listZsh(values: Values): string {
  return values === "files" ? "_files" : `(${values.join(" ")})`;
}

function renderFish(): string {
  const next = [...nextWords].flatMap(([before, words]) =>
    [...words].map(([word, what]) => addFish(`at ${before}`, `-a ${word} -d ${quote(what)}`)),
  );
  const options = commands.flatMap(({ name, takes, options: own }) => [
    ...own.map(({ name: typed, value, text }) => {
      const values = value && ` -r ${listFish(valuesOf(value))}`;
      return addFish(`in ${name}`, `-l ${typed.slice(2)}${values} -d ${quote(text)}`);
    }),
    ...(takes.length > 0 ? [addFish(`in ${name}`, listFish(takes))] : []),
  ]);
  return `function __sesam_harden_at
    set -l words (commandline -opc)
    test "$words[2..]" = "$argv"
end
function __sesam_harden_in
    set -l words (commandline -opc)
    string match -q -- "$argv *" "$words[2..] "
end
complete -c sesam-harden -f
complete -c sesam-harden -l help -d '${helpText}'
${[...next, ...options].join("\n")}
`;
}

function addFish(test: string, rest: string): string {
  return `complete -c sesam-harden -n '__sesam_harden_${test}' ${rest}`;
}

function listFish(values: Values): string {
  return values === "files" ? "-F" : `-f -a '${values.join(" ")}'`;
}

/** Each script completes commands, options, option values and file names. */
export const completionScripts = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;
