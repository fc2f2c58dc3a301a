import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runEventSchema, type RunEvent } from "../../core/runs/events.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { currentState, readManifest, runFiles } from "./runFolder.ts";

const pollInterval = 200;
/** A process that just created the run may need this long until it takes the run's lock, in milliseconds. */
const startAllowance = 30_000;

/**
 * Yields a run's events from the first on and waits for more while a process works on it; ends when none does.
 * Follows by reading only, so it works across machines and never disturbs the run.
 * @param signal ends the following
 * @throws RunError when the folder is not a run, or a complete line is damaged
 */
export async function* followRun(
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<RunEvent, void, undefined> {
  const tail = new EventTail(join(folder, runFiles.events));
  const begin = Date.now();
  try {
    while (options.signal?.aborted !== true) {
      // The state is asked before the file is read, so that nothing written before the end is missed.
      const state = await currentState(folder, await readManifest(folder));
      yield* await tail.next();
      const waitsForStart = state === "created" && Date.now() - begin < startAllowance;
      if (state !== "running" && !waitsForStart) return;
      await sleep(pollInterval, undefined, { signal: options.signal }).catch(() => undefined);
    }
  } finally {
    await tail.close();
  }
}

/** Reads the events that a run has written so far. */
export async function readEvents(folder: string): Promise<RunEvent[]> {
  const tail = new EventTail(join(folder, runFiles.events));
  try {
    return await tail.next();
  } finally {
    await tail.close();
  }
}

/** Reads what was appended to an event file since the last look. */
class EventTail {
  private handle: FileHandle | undefined;
  private offset = 0;
  private line = 0;

  constructor(private readonly path: string) {}

  /** All complete new lines. An absent file has none yet. */
  async next(): Promise<RunEvent[]> {
    this.handle ??= await open(this.path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (this.handle === undefined) return [];
    const { size } = await this.handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - this.offset));
    const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.offset);
    const complete = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    this.offset += complete;
    const lines = buffer.toString("utf8", 0, complete).split("\n").slice(0, -1);
    return lines.map((line) => parseJsonLine(line, runEventSchema, this.path, ++this.line));
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}
