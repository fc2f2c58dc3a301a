import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const throttle = new URL("throttle.mjs", import.meta.url).href;

/** A command of the built command line, slowed down where files get their names. */
export class Command {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], folder: string) {
    this.child = spawn(process.execPath, [join(repository, "dist/cli.js"), ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: `--import=${throttle}`, MEDLEY_DATA: join(folder, "no-data") },
    });
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.closed = once(this.child, "close");
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until something holds, or the command has ended. */
  async until(holds: () => boolean): Promise<void> {
    while (!this.ended && !holds()) await sleep(1);
  }

  /** @returns whether it was still there to be killed */
  async kill(signal: NodeJS.Signals): Promise<boolean> {
    const hit = !this.ended && this.child.kill(signal);
    await this.closed;
    return hit;
  }

  async end(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}
