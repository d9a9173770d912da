import { expect, test } from "vitest";
import { createProgress } from "../../src/shell/progress.ts";

function watch(isTerminal: boolean, hosts: number) {
  const written: string[] = [];
  let asked = 0;
  const progress = createProgress(
    () => {
      asked++;
      return isTerminal;
    },
    (text) => void written.push(text),
  );
  for (let host = 1; host <= hosts; host++) progress.show(host);
  progress.clear();
  return { written, asked };
}

test("a large fleet shows progress, and removes the line again", () => {
  expect(watch(true, 4500)).toEqual({
    written: ["\r2000 hosts checked\u001b[K", "\r4000 hosts checked\u001b[K", "\r\u001b[K"],
    asked: 1,
  });
});

test("prints no progress without a terminal, and a small fleet does not check for one", () => {
  expect(watch(false, 4500)).toEqual({ written: [], asked: 1 });
  expect(watch(true, 1999)).toEqual({ written: [], asked: 0 });
});
