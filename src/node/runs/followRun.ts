import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "../../core/runs/events.ts";
import { EventTail } from "./eventTail.ts";
import { currentState, readManifest } from "./runFolder.ts";
import { lockHolder } from "./runLock.ts";

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
  const tail = new EventTail(folder);
  const begin = Date.now();
  let ended = false;
  try {
    while (options.signal?.aborted !== true) {
      // Read the state before the file, so that nothing written before the end is missed.
      const working = (await lockHolder(folder)) !== undefined;
      const state = await currentState(folder, await readManifest(folder));
      for (const event of await tail.next()) {
        if (event.type === "started" || event.type === "finished") ended = event.type === "finished";
        yield event;
      }
      const waitsForStart = state === "created" && Date.now() - begin < startAllowance;
      // The manifest tells of the end before the last event does.
      if (state !== "running" && !waitsForStart && (ended || !working)) return;
      await sleep(pollInterval, undefined, { signal: options.signal }).catch(() => undefined);
    }
  } finally {
    await tail.close();
  }
}

/** Reads the events that a run has written so far. */
export async function readEvents(folder: string): Promise<RunEvent[]> {
  const tail = new EventTail(folder);
  try {
    return await tail.next();
  } finally {
    await tail.close();
  }
}
