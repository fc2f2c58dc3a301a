import type { RunEvent } from "../../src/core/runs/events.ts";
import { readEvents } from "../../src/node/runs/followRun.ts";
import { until } from "./until.ts";

export interface HeldRun {
  /** Of the process that works on the run. */
  readonly pid: number;
  /** Lets it go on. */
  readonly release: () => void;
}

/**
 * Stops the process of a run at work, so that the run cannot end before it has been looked at.
 * @param run the run's folder
 * @param isTime whether it has come far enough; without it, once it has told of items that it has evaluated
 */
export async function holdRun(
  run: string,
  isTime: (events: readonly RunEvent[]) => boolean | Promise<boolean> = hasItems,
): Promise<HeldRun> {
  const pid = await until("the run at work", async () => {
    const events = await readEvents(run);
    const started = events.findLast((event) => event.type === "started");
    return started !== undefined && (await isTime(events)) && started.pid;
  });
  process.kill(pid, "SIGSTOP");
  return { pid, release: () => process.kill(pid, "SIGCONT") };
}

function hasItems(events: readonly RunEvent[]): boolean {
  return events.some((event) => event.type === "progress" && event.done["items"]! > 0);
}
