import { recordKinds } from "../state/rollout-settings.ts";
import type { EnvironmentEvent } from "../state/environment.ts";
import {
  outcomes,
  type HostResult,
  type RolloutEvent,
  type RolloutTerms,
} from "../state/rollout.ts";
import {
  countShape,
  digestShape,
  listShape,
  nameShape,
  nullable,
  recordShape,
  rolloutShape,
  textShape,
  unionShape,
  wordShape,
  type Shape,
} from "../../formats/json/decode.ts";

export const termsShape = recordShape<RolloutTerms>({
  approvals: countShape,
  soak: countShape,
  record: listShape(wordShape(...recordKinds)),
  maxFailures: countShape,
});

const resultShape = recordShape<HostResult>({
  host: textShape,
  outcome: wordShape(...outcomes),
  reason: textShape,
});

/** Events that say who did it, and no more. */
function byShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly by: string }> {
  return recordShape<{ readonly kind: Kind; readonly by: string }>({
    kind: wordShape(kind),
    by: nameShape,
  });
}

function runShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly wave: number; readonly run: number }> {
  return recordShape<{ readonly kind: Kind; readonly wave: number; readonly run: number }>({
    kind: wordShape(kind),
    wave: countShape,
    run: countShape,
  });
}

function waveShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly wave: number }> {
  return recordShape<{ readonly kind: Kind; readonly wave: number }>({
    kind: wordShape(kind),
    wave: countShape,
  });
}

export const rolloutEventShape = unionShape<RolloutEvent>({
  approve: recordShape({ kind: wordShape("approve"), by: nameShape, plan: digestShape }),
  deny: recordShape({ kind: wordShape("deny"), by: nameShape, reason: textShape }),
  revoke: byShape("revoke"),
  supersede: recordShape({ kind: wordShape("supersede"), rollout: rolloutShape }),
  expire: recordShape({ kind: wordShape("expire") }),
  dispatch: waveShape("dispatch"),
  accept: runShape("accept"),
  refuse: recordShape({ kind: wordShape("refuse"), wave: countShape, detail: textShape }),
  lose: waveShape("lose"),
  find: runShape("find"),
  judge: recordShape({
    kind: wordShape("judge"),
    wave: countShape,
    run: countShape,
    results: listShape(resultShape),
  }),
  record: recordShape({
    kind: wordShape("record"),
    by: nameShape,
    what: wordShape(...recordKinds),
  }),
  abort: recordShape({ kind: wordShape("abort"), by: nameShape, reason: textShape }),
  resume: byShape("resume"),
});

export const environmentEventShape = unionShape<EnvironmentEvent>({
  freeze: recordShape({
    kind: wordShape("freeze"),
    by: nameShape,
    reason: textShape,
    until: nullable(countShape),
  }),
  unfreeze: byShape("unfreeze"),
  unlock: recordShape({ kind: wordShape("unlock"), by: nameShape, reason: textShape }),
  globals: recordShape({
    kind: wordShape("globals"),
    by: nameShape,
    digest: nullable(digestShape),
  }),
});
