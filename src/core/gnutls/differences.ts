import { addedIn, removedIn } from "./algorithms.ts";
import { splitElements } from "./elements.ts";

/** The lowest element limit of all builds: what stands behind it is read by some and not by others. */
const lowestElementLimit = 64;

/**
 * Whether two GnuTLS builds could come to different verdicts about a priority string: not whether
 * all lists are the same (newer builds add ML-DSA to the signatures), but whether the error, the
 * protocol versions, the suites or the ineffective elements could differ. May say so without need.
 */
export function couldDiffer(priority: string): boolean {
  const elements = splitElements(priority);
  return elements.length > lowestElementLimit || elements.some(({ text }) => isOfSomeBuilds(text));
}

function isOfSomeBuilds(element: string): boolean {
  const word = element.slice(1).toUpperCase();
  const isGroup = word.startsWith("GROUP-");
  const name = isGroup || word.startsWith("SIGN-") ? word.slice(word.indexOf("-") + 1) : word;
  if (Object.hasOwn(addedIn, name) || Object.hasOwn(removedIn, name)) return true;
  // The lists of signatures differ, so what remains when single ones are taken away may differ too.
  return !element.startsWith("+") && word.startsWith("SIGN-") && !word.startsWith("SIGN-ALL");
}
