import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const changing = ["mkdir", "open", "rename", "rm", "writeFile", "link"] as const;
type Changing = Record<(typeof changing)[number], (...args: unknown[]) => Promise<unknown>>;

/**
 * Runs `work` as a process that is killed before its `step`-th change of the file system, from 0 on: from there on nothing
 * is changed any more, by whatever the process does.
 * @returns whether it was killed; false when it made fewer changes
 */
export async function crashAt(step: number, work: () => Promise<unknown>): Promise<boolean> {
  const promises = fs.promises as unknown as Changing;
  const originals = { ...promises };
  let count = 0;
  for (const name of changing) {
    promises[name] = (...args) =>
      count++ < step ? originals[name](...args) : Promise.reject(new Error("The process is gone."));
  }
  syncBuiltinESMExports();
  try {
    await work();
  } catch (error) {
    if (count <= step) throw error;
  } finally {
    Object.assign(promises, originals);
    syncBuiltinESMExports();
  }
  return count > step;
}
