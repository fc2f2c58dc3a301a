import { StatisticsError } from "../errors.ts";
import { betaQuantile, normalQuantile } from "./distributions.ts";
import { checkConfidence, clampInterval, defaultConfidence, type Interval } from "./interval.ts";

/**
 * Wilson's score interval (Wilson, JASA 22, 1927; Brown, Cai and DasGupta, Statistical Science 16, 2001).
 * @param successes 0 … n; counts need not be whole (effective sample sizes)
 * @throws StatisticsError when n is not positive or successes lie outside 0 … n
 */
export function wilsonInterval(successes: number, n: number, confidence = defaultConfidence): Interval {
  const { p, z } = prepare(successes, n, confidence);
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

/** The exact interval of Clopper and Pearson (Biometrika 26, 1934): coverage is at least nominal. Throws as Wilson's. */
export function clopperPearsonInterval(successes: number, n: number, confidence = defaultConfidence): Interval {
  prepare(successes, n, confidence);
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
    confidence,
  };
}

/** Agresti and Coull (The American Statistician 52, 1998), cut to [0, 1]. Throws as Wilson's. */
export function agrestiCoullInterval(successes: number, n: number, confidence = defaultConfidence): Interval {
  const { z } = prepare(successes, n, confidence);
  const adjusted = n + z * z;
  const center = (successes + (z * z) / 2) / adjusted;
  return aroundProportion(center, z * Math.sqrt((center * (1 - center)) / adjusted), confidence);
}

/**
 * The textbook normal interval, cut to [0, 1]. Its coverage is poor near 0 and 1 and for small n; Medley shows it only
 * beside others' numbers. Throws as Wilson's.
 */
export function waldInterval(successes: number, n: number, confidence = defaultConfidence): Interval {
  const { p, z } = prepare(successes, n, confidence);
  return aroundProportion(p, z * Math.sqrt((p * (1 - p)) / n), confidence);
}

function aroundProportion(center: number, half: number, confidence: number): Interval {
  return clampInterval({ low: center - half, high: center + half, confidence }, 0, 1);
}

function prepare(successes: number, n: number, confidence: number): { p: number; z: number } {
  checkConfidence(confidence);
  if (!(n > 0 && n < Infinity)) throw new StatisticsError(`A proportion of ${n} items has no interval.`);
  if (!(successes >= 0 && successes <= n)) throw new StatisticsError(`${successes} of ${n} is not a proportion.`);
  return { p: successes / n, z: normalQuantile((1 + confidence) / 2) };
}
