import type { PythonRandom } from "../../src/core/random/pythonRandom.ts";
import { groupStrata, type GroupMember, type GroupWeighting } from "../../src/core/statistics/groupAccuracy.ts";
import type { Interval } from "../../src/core/statistics/interval.ts";
import type { PairedCounts } from "../../src/core/statistics/mcnemar.ts";

/** A group of benchmarks whose true accuracies are known. */
export interface Group {
  readonly title: string;
  readonly weighting: GroupWeighting;
  readonly members: readonly { readonly n: number; readonly p: number }[];
}

/** How often an interval holds the true value, and on which side it lies else. */
export interface Coverage {
  readonly covered: number;
  /** Share of the intervals that lie wholly below, or above, the true value. */
  readonly below: number;
  readonly above: number;
  readonly meanWidth: number;
}

export function measureCoverage(truth: number, replications: number, sample: () => Interval): Coverage {
  let [below, above, width] = [0, 0, 0];
  for (let replication = 0; replication < replications; replication++) {
    const { low, high } = sample();
    // An end that is the true value but for rounding holds it.
    if (high < truth - 1e-12) below++;
    if (low > truth + 1e-12) above++;
    width += high - low;
  }
  const share = (count: number): number => count / replications;
  return {
    covered: share(replications - below - above),
    below: share(below),
    above: share(above),
    meanWidth: share(width),
  };
}

export function trueAccuracy({ members, weighting }: Group): number {
  return groupStrata(members, weighting).reduce((sum, { weight }, index) => sum + weight * members[index]!.p, 0);
}

/** Results of a model whose answers are independent. */
export function sampleGroup({ members }: Group, random: PythonRandom): GroupMember[] {
  return members.map(({ n, p }) => {
    let correct = 0;
    for (let item = 0; item < n; item++) if (random.random() < p) correct++;
    return { correct, n };
  });
}

/**
 * Mean results over few-shot draws of the same items, as summaries have them. An item is right in each draw with a
 * probability of its own: 1 or 0 for as many items as `agreement` says, p for the others.
 */
export function sampleDraws({ members }: Group, draws: number, agreement: number, random: PythonRandom): GroupMember[] {
  return members.map(({ n, p }) => {
    let right = 0;
    for (let item = 0; item < n; item++) {
      const settled = random.random() < agreement;
      const chance = settled ? Number(random.random() < p) : p;
      for (let draw = 0; draw < draws; draw++) if (random.random() < chance) right++;
    }
    return { correct: right / draws, n };
  });
}

/**
 * Results of two models on the same items. The second has `gap` less accuracy on each member; `correlation` is that of
 * the two answers to an item.
 */
export function samplePairs(
  { members }: Group,
  gap: number,
  correlation: number,
  random: PythonRandom,
): PairedCounts[] {
  return members.map(({ n, p }) => {
    const second = Math.max(0, p - gap);
    const both = p * second + correlation * Math.sqrt(p * (1 - p) * second * (1 - second));
    let [bothCorrect, onlyFirst, onlySecond] = [0, 0, 0];
    for (let item = 0; item < n; item++) {
      const u = random.random();
      if (u < both) bothCorrect++;
      else if (u < p) onlyFirst++;
      else if (u < p + second - both) onlySecond++;
    }
    return { bothCorrect, onlyFirst, onlySecond, bothWrong: n - bothCorrect - onlyFirst - onlySecond };
  });
}
