import { StatisticsError } from "../errors.ts";
import { normalQuantile } from "./distributions.ts";
import { checkConfidence, defaultConfidence, type Interval } from "./interval.ts";

/**
 * Wilson's score interval (Wilson, JASA 22, 1927; Brown, Cai and DasGupta, Statistical Science 16, 2001).
 * @param successes 0 … n; counts need not be whole (effective sample sizes)
 * @throws StatisticsError when n is not positive or successes lie outside 0 … n
 */
export function wilsonInterval(successes: number, n: number, confidence = defaultConfidence): Interval {
  checkConfidence(confidence);
  if (!(n > 0 && n < Infinity)) throw new StatisticsError(`A proportion of ${n} items has no interval.`);
  if (!(successes >= 0 && successes <= n)) throw new StatisticsError(`${successes} of ${n} is not a proportion.`);
  const p = successes / n;
  const z = normalQuantile((1 + confidence) / 2);
  const square = (z * z) / n;
  const center = (p + square / 2) / (1 + square);
  const half = (z * Math.sqrt((p * (1 - p)) / n + square / (4 * n))) / (1 + square);
  // At the edges the end is exactly 0 or 1; rounding must not move it.
  return {
    low: successes === 0 ? 0 : Math.max(0, center - half),
    high: successes === n ? 1 : Math.min(1, center + half),
    confidence,
  };
}
