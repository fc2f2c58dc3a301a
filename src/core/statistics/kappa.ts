import { StatisticsError } from "../errors.ts";
import { checkNotEmpty, checkSameLength } from "./interval.ts";

/** How much a disagreement counts by the distance of the two categories: all alike, |i − j|, or (i − j)². */
export type KappaWeights = "none" | "linear" | "quadratic";

export interface Agreement {
  /** Share of items with the same answer. */
  readonly observed: number;
  /** Cohen's kappa; undefined when both gave one and the same answer throughout, so that chance alone explains it. */
  readonly kappa: number | undefined;
}

/**
 * Cohen's kappa (Educational and Psychological Measurement 20, 1960; weighted: Psychological Bulletin 70, 1968).
 * @param first category of each item as a number; for weights, categories are ranked among those that occur
 * @throws StatisticsError when the lists are empty, differ in length or hold a non-finite number
 */
export function cohenKappa(
  first: readonly number[],
  second: readonly number[],
  weights: KappaWeights = "none",
): Agreement {
  checkNotEmpty(first, "answers");
  checkSameLength(first, second);
  const categories = [...new Set([...first, ...second])].sort((a, b) => a - b);
  if (!categories.every(Number.isFinite)) throw new StatisticsError("A category for kappa is not a finite number.");
  const rank = new Map(categories.map((category, index) => [category, index]));
  const n = first.length;
  const marginals = [first, second].map((answers) => {
    const counts = new Array<number>(categories.length).fill(0);
    for (const answer of answers) counts[rank.get(answer)!]!++;
    return counts;
  });
  const disagreement = disagreementWeight(weights);
  const observed = first.reduce((sum, a, i) => sum + disagreement(rank.get(a)!, rank.get(second[i]!)!), 0) / n;
  let expected = 0;
  marginals[0]!.forEach((a, i) =>
    marginals[1]!.forEach((b, j) => (expected += (a * b * disagreement(i, j)) / (n * n))),
  );
  return {
    observed: first.filter((a, i) => a === second[i]).length / n,
    kappa: expected === 0 ? undefined : 1 - observed / expected,
  };
}

function disagreementWeight(weights: KappaWeights): (i: number, j: number) => number {
  switch (weights) {
    case "none":
      return (i, j) => (i === j ? 0 : 1);
    case "linear":
      return (i, j) => Math.abs(i - j);
    case "quadratic":
      return (i, j) => (i - j) ** 2;
  }
}
