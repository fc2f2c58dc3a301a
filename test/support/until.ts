import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds. Far more than anything takes that tests wait for, also where the processors are busy with other work. */
const givenUpAfter = 300_000;
const interval = 10;

type Nothing = undefined | null | false;

/**
 * Waits for a state, however long it takes to come about. What never comes is given up in the end: a loop without an end
 * outlives its test and keeps the process of all tests from ending.
 * @param what names it in the error
 * @returns what `look` found: anything but undefined, null and false
 */
export async function until<T>(what: string, look: () => T | Nothing | Promise<T | Nothing>): Promise<T> {
  const end = performance.now() + givenUpAfter;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    await sleep(interval);
  }
  throw new Error(`Waited in vain for ${what}.`);
}
