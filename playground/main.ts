import { evaluateText, type Evaluated, type ShownBuild, type ShownFinding } from "./evaluate.ts";
import { HardenError } from "../src/core/base/errors.ts";
import { rulePage } from "../src/core/rules/finding.ts";

/** The browser API that this page uses; the project has no other types for it. */
interface Element {
  value: string;
  textContent: string | null;
  className: string;
  hidden: boolean;
  href: string;
  append(...nodes: readonly (Element | string)[]): void;
  replaceChildren(...nodes: readonly (Element | string)[]): void;
  addEventListener(type: string, listener: () => void): void;
  setSelectionRange(start: number, end: number): void;
  focus(): void;
}

declare const document: {
  getElementById(id: string): Element;
  createElement(name: string): Element;
};
declare const navigator: {
  readonly clipboard?: { writeText(text: string): Promise<void> };
};

const byId = (id: string): Element => document.getElementById(id);
const [input, profile, output] = [byId("input"), byId("profile"), byId("output")];

const sample = `# stpd.ini as SEP sesam installs it
[STPD_Server]
STPD_PORT=11001
STPD_HTTP_PORT=11000
STPD_HTTPS_PORT=11443
`;

/** Text only, so that nothing pasted can become markup. */
function make(name: string, text = "", className = ""): Element {
  const element = document.createElement(name);
  element.textContent = text;
  if (className !== "") element.className = className;
  return element;
}

function show(): void {
  const text = input.value;
  if (text.trim() === "") {
    output.replaceChildren(make("p", "Paste a file or a priority string.", "faint"));
    return;
  }
  try {
    const evaluated = evaluateText(text, profile.value === "strict" ? "strict" : "vendor");
    output.replaceChildren(...render(evaluated));
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const reasons = error.problems.map(({ message }) => message).join("; ");
    const what = `Not checked: ${error.message}${reasons === "" ? "" : `: ${reasons}`}`;
    output.replaceChildren(make("p", what, "verdict unknown"));
  }
}

function render(evaluated: Evaluated): readonly Element[] {
  const { kind, verdict, findings, fixed, withheld, assumed, builds } = evaluated;
  const state = verdict === "pass" ? "hardened" : verdict === "fail" ? "plaintext" : verdict;
  return [
    make("p", verdict, `verdict ${state}`),
    ...section(
      findings.length === 0 ? "No findings" : `Findings (${findings.length})`,
      findings.map(renderFinding),
    ),
    ...(fixed === undefined ? [] : renderFixed(kind, fixed)),
    ...section(
      "Not fixed automatically",
      withheld.map((text) => make("li", text)),
    ),
    ...(builds.length === 0 ? [] : [make("h2", "What GnuTLS enables"), ...builds.map(renderBuild)]),
    ...section(
      "Assumed",
      assumed.map((text) => make("li", text)),
    ),
  ];
}

function section(title: string, items: readonly Element[]): readonly Element[] {
  if (items.length === 0 && title !== "No findings") return [];
  const list = make("ul");
  list.append(...items);
  return [make("h2", title), list];
}

function renderFinding({ rule, severity, line, message, help }: ShownFinding): Element {
  const item = make("li");
  item.append(make("b", severity, severity), " ");
  if (line !== undefined) {
    const go = make("button", `line ${line}`, "line");
    go.addEventListener("click", () => selectLine(line));
    item.append(go, " ");
  }
  item.append(message, " ");
  const link = make("a", rule);
  link.href = rulePage(rule);
  item.append(link);
  if (help !== "") item.append(make("p", help, "faint"));
  return item;
}

function selectLine(line: number): void {
  const lines = input.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  input.focus();
  input.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function renderFixed(kind: Evaluated["kind"], fixed: string): readonly Element[] {
  const copy = make("button", "Copy");
  copy.addEventListener("click", () => {
    void navigator.clipboard?.writeText(fixed).then(() => {
      copy.textContent = "Copied";
    });
  });
  const take = make("button", "Check this");
  take.addEventListener("click", () => {
    input.value = fixed;
    show();
  });
  const title = kind === "file" ? "File after safe fixes" : "String that passes";
  return [make("h2", title), make("pre", fixed), copy, take];
}

function renderBuild({ builds, suites }: ShownBuild): Element {
  const details = make("details");
  const versions = suites === undefined ? "not valid" : Object.keys(suites).join(", ");
  details.append(make("summary", `${builds}: ${versions === "" ? "nothing" : versions}`));
  for (const [version, names] of Object.entries(suites ?? {})) {
    details.append(make("h3", version), make("p", names.join(", "), "faint"));
  }
  return details;
}

input.addEventListener("input", show);
profile.addEventListener("change", show);
byId("sample").addEventListener("click", () => {
  input.value = sample;
  show();
});
show();
