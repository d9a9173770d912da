import { readFileSync } from "node:fs";
import { openConnection, type SshConnection } from "../../../src/adapters/host-ssh/connection.ts";
import { createSshHost } from "../../../src/adapters/host-ssh/ssh-host.ts";
import type { SshTarget } from "../../../src/adapters/host-ssh/target.ts";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { applyChange } from "../../../src/core/host/apply.ts";
import { requestChange } from "../builders/ssh-change.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";
import { randomHello } from "../../../src/adapters/runtime/crypto.ts";

/** Changes a host like a job, and kills itself with SIGKILL in the middle of one remote script. */
export interface WorkerRequest {
  readonly target: SshTarget;
  readonly plain: string;
  readonly desired: string;
  readonly phase: Phase;
  readonly id: string;
  /** Number of the script, from 1, and milliseconds after its start; undefined: to the end. */
  readonly cut: { readonly script: number; readonly after: number } | undefined;
  /** Like a cancelled job: the ssh clients are killed with it. */
  readonly group: boolean;
}

/** Printed if nothing cuts it. */
export interface WorkerAnswer {
  readonly result: string;
  readonly scripts: number;
}

const request: WorkerRequest = JSON.parse(readFileSync(0, "utf8"));
const { target, cut } = request;
let scripts = 0;
const connection = openConnection(target);
const counting: SshConnection = {
  ...connection,
  run: (call) => {
    scripts += 1;
    if (scripts === cut?.script) {
      const who = request.group ? -process.pid : process.pid;
      setTimeout(() => process.kill(who, "SIGKILL"), cut.after);
    }
    return connection.run(call);
  },
};
const limits = { sockets: 16, timeoutMs: 5000 };
const host = createSshHost(target, {
  who: "apply",
  probe: { network: createNetwork(limits), random: randomHello },
  inside: limits,
  askServer: undefined,
  tell: () => undefined,
  connection: counting,
});
const { kind } = await applyChange(requestChange(request, request.phase, request.id), host);
const answer: WorkerAnswer = { result: kind, scripts };
process.stdout.write(JSON.stringify(answer));
