/** Numbers of threads that are tried; the steps between them change the speed by a third at least. */
const steps = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

/** What another step has to gain to be worth its threads, which other work on the machine could use. */
const worthwhile = 0.95;

/**
 * Numbers of threads that the machine has room for. llama.cpp's threads wait for each other by spinning, many times for
 * each token: one that does not get a core holds up all others, and two threads too many make it a hundred times slower.
 * @param cores cores that can compute at the same time
 * @param load mean number of busy cores over the last minute
 */
export function threadCandidates(cores: number, load: number): number[] {
  const most = Math.max(1, cores - Math.round(load));
  const within = steps.filter((step) => step <= most);
  return within.at(-1) === most ? within : [...within, most];
}

/**
 * The fastest number of threads, found by trying more and more until that no longer helps.
 * @param milliseconds measures the same piece of work with a number of threads
 */
export async function fastestThreads(
  candidates: readonly number[],
  milliseconds: (threads: number) => Promise<number>,
): Promise<number> {
  let best = { threads: candidates[0]!, milliseconds: Infinity };
  for (const threads of candidates.length > 1 ? candidates : []) {
    const taken = Math.min(await milliseconds(threads), await milliseconds(threads));
    if (taken > best.milliseconds * worthwhile) break;
    best = { threads, milliseconds: taken };
  }
  return best.threads;
}
