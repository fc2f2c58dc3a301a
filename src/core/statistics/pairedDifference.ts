import { StatisticsError } from "../errors.ts";
import { clampInterval, defaultConfidence, type Interval } from "./interval.ts";
import type { PairedCounts } from "./mcnemar.ts";
import { wilsonInterval } from "./proportion.ts";

/** Accuracy of the first model minus that of the second, on the same items. */
export interface PairedDifference {
  readonly estimate: number;
  readonly interval: Interval;
}

/**
 * Newcombe's method 10 for paired proportions (Statistics in Medicine 17, 1998, 2635–2650): Wilson limits of the two
 * proportions, joined with a continuity-corrected correlation. Stays within [−1, 1] and has width where Wald has none.
 * @param counts need not be whole numbers
 * @throws StatisticsError when there are no items
 */
export function newcombeDifference(counts: PairedCounts, confidence = defaultConfidence): PairedDifference {
  const n = pairedTotal(counts);
  const limitsOf = (right: number): ProportionLimits => ({
    proportion: right / n,
    interval: wilsonInterval(right, n, confidence),
  });
  return joinPairedLimits(
    limitsOf(counts.bothCorrect + counts.onlyFirst),
    limitsOf(counts.bothCorrect + counts.onlySecond),
    (counts.onlyFirst - counts.onlySecond) / n,
    correctedPhi(counts, n),
  );
}

/** A proportion and its confidence limits. */
export interface ProportionLimits {
  readonly proportion: number;
  readonly interval: Interval;
}

/** Limits of a difference from those of the two proportions and their correlation, as Newcombe's method 10 has it. */
export function joinPairedLimits(
  first: ProportionLimits,
  second: ProportionLimits,
  estimate: number,
  correlation: number,
): PairedDifference {
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  const [p1, p2] = [first.proportion, second.proportion];
  return {
    estimate,
    interval: clampInterval(
      {
        low: estimate - reach(p1 - first.interval.low, second.interval.high - p2),
        high: estimate + reach(first.interval.high - p1, p2 - second.interval.low),
        confidence: first.interval.confidence,
      },
      -1,
      1,
    ),
  };
}

/** Newcombe's φ̂: the numerator of a positive correlation is reduced by n/2, but not below 0; 0 when a margin is 0. */
function correctedPhi({ bothCorrect: a, onlyFirst: b, onlySecond: c, bothWrong: d }: PairedCounts, n: number): number {
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins === 0) return 0;
  const association = a * d - b * c;
  return (association > 0 ? Math.max(association - n / 2, 0) : association) / Math.sqrt(margins);
}

/** Items. @throws StatisticsError when there are none, or a count is negative */
export function pairedTotal(counts: PairedCounts): number {
  const { bothCorrect, onlyFirst, onlySecond, bothWrong } = counts;
  const all = [bothCorrect, onlyFirst, onlySecond, bothWrong];
  const n = all.reduce((sum, count) => sum + count, 0);
  if (!(n > 0 && n < Infinity) || all.some((count) => count < 0)) {
    throw new StatisticsError(`The paired counts ${all.join(", ")} describe no items to compare.`);
  }
  return n;
}
