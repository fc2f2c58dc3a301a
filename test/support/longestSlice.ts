import { performance } from "node:perf_hooks";

/**
 * Does some work, and measures how long this thread was busy at a time meanwhile, at the longest, in milliseconds.
 * Other processes may hold up the thread too, so the least of three measurements counts.
 */
export async function longestSlice<T>(work: () => Promise<T>): Promise<{ value: T; longest: number }> {
  const measurements = [await measure(work), await measure(work), await measure(work)];
  const { value } = measurements[0]!;
  return { value, longest: Math.min(...measurements.map(({ longest }) => longest)) };
}

async function measure<T>(work: () => Promise<T>): Promise<{ value: T; longest: number }> {
  let longest = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
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
