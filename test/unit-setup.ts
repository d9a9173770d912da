import { ChildProcess } from "node:child_process";
import { Server, Socket } from "node:net";

/**
 * A unit test starts no process and opens no socket, so that it is fast and fails for one reason.
 */
function refuse(what: string): never {
  throw new Error(`a unit test must not ${what}: see test/lanes.ts for the lanes`);
}

Socket.prototype.connect = () => refuse("open a connection");
Server.prototype.listen = () => refuse("listen");
Object.assign(ChildProcess.prototype, { spawn: () => refuse("start a process") });
