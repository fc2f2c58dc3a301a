import { MedleyError } from "../../src/core/errors.ts";
import { mutateBytes, mutateText, randomNumbers } from "./mutate.ts";
import type { Target } from "./targets.ts";

/** Longest time that reading one input may take of the processor, in milliseconds. */
const patience = 2000;

export interface Failure {
  readonly target: string;
  /** Number of the input, from which it can be made again. */
  readonly run: number;
  readonly problem: string;
}

export interface FuzzReport {
  /** Inputs that were read without an error, refused with a typed one, and the longest time for one, by target. */
  readonly counts: ReadonlyMap<string, { read: number; refused: number; slowest: number; slowestRun: number }>;
  readonly failures: readonly Failure[];
}

/** The input of a number. */
export function inputOf(target: Target, seed: number, run: number): { input: string | Uint8Array; place: number } {
  const random = randomNumbers(seed * 1_000_003 + run);
  let input = target.samples[Math.floor(random() * target.samples.length)]!;
  const place = random();
  // Some are mutants of mutants, further from what is well formed.
  for (let rounds = random() < 0.3 ? 3 : 1; rounds > 0; rounds--) {
    input = typeof input === "string" ? mutateText(input, random) : mutateBytes(input, random);
  }
  return { input, place };
}

/**
 * Reads mutated inputs, the same for the same seed and number.
 * @param runs numbers of the inputs, in turn for each target
 */
export async function fuzz(
  targets: readonly Target[],
  seed: number,
  runs: { readonly from: number; readonly count: number },
  onProgress: (done: number) => void = () => {},
): Promise<FuzzReport> {
  const counts = new Map(targets.map(({ name }) => [name, { read: 0, refused: 0, slowest: 0, slowestRun: 0 }]));
  const failures: Failure[] = [];
  for (let run = runs.from; run < runs.from + runs.count; run++) {
    const target = targets[run % targets.length]!;
    const count = counts.get(target.name)!;
    const { input, place } = inputOf(target, seed, run);
    const start = process.cpuUsage();
    try {
      await target.read(input, place);
      count.read++;
    } catch (error) {
      if (error instanceof MedleyError) count.refused++;
      else failures.push({ target: target.name, run, problem: error instanceof Error ? error.stack! : String(error) });
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > count.slowest) [count.slowest, count.slowestRun] = [milliseconds, run];
    if (milliseconds > patience) failures.push({ target: target.name, run, problem: `It took ${milliseconds} ms.` });
    if (run % 10_000 === 0) onProgress(run - runs.from);
  }
  return { counts, failures };
}
