import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/**
 * Does some work, and measures how long this thread was busy at a time meanwhile, at the longest, in milliseconds.
 * Other processes may hold up the thread too: where the system tells, only the time that it had a processor counts, and
 * the least of three measurements everywhere.
 */
export async function longestSlice<T>(work: () => Promise<T>): Promise<{ value: T; longest: number }> {
  const measurements = [await measure(work), await measure(work), await measure(work)];
  const { value } = measurements[0]!;
  return { value, longest: Math.min(...measurements.map(({ longest }) => longest)) };
}

async function measure<T>(work: () => Promise<T>): Promise<{ value: T; longest: number }> {
  let longest = 0;
  let last = busyMilliseconds();
  const look = (): void => {
    const now = busyMilliseconds();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  try {
    const value = await work();
    look();
    return { value, longest };
  } finally {
    clearInterval(timer);
  }
}

/** Time on a processor of the process's first thread, which tests run on; the clock's where the system does not tell. */
function busyMilliseconds(): number {
  if (process.platform !== "linux") return performance.now();
  // Its first number: nanoseconds on a processor (proc(5), schedstat).
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}
