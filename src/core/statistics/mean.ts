import { StatisticsError } from "../errors.ts";
import { studentTQuantile } from "./distributions.ts";
import { checkConfidence, checkNotEmpty, defaultConfidence, type Interval } from "./interval.ts";

/** @throws StatisticsError when there are no values or one is not a finite number */
export function mean(values: readonly number[]): number {
  checkNotEmpty(values, "values");
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new StatisticsError(`Value number ${index + 1} of ${values.length} is ${values[index]}.`);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sum of squared deviations from the mean. */
function squaredDeviations(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** Standard deviation with divisor n: what BioMistral reports over its few-shot draws. */
export function populationSd(values: readonly number[]): number {
  return Math.sqrt(squaredDeviations(values) / values.length);
}

/** Standard deviation with divisor n − 1; undefined for a single value. */
export function sampleSd(values: readonly number[]): number | undefined {
  const squares = squaredDeviations(values);
  return values.length < 2 ? undefined : Math.sqrt(squares / (values.length - 1));
}

/**
 * Standard error of a mean of independent values, s / √n. For right-or-wrong values this is √(p (1 − p) / (n − 1)), the
 * `acc_stderr` of lm-evaluation-harness. Undefined for a single value.
 */
export function standardErrorOfMean(values: readonly number[]): number | undefined {
  const sd = sampleSd(values);
  return sd === undefined ? undefined : sd / Math.sqrt(values.length);
}

/** Student's t interval for the mean of independent values; undefined for a single value. */
export function tInterval(values: readonly number[], confidence = defaultConfidence): Interval | undefined {
  const standardError = standardErrorOfMean(values);
  if (standardError === undefined) return undefined;
  return tIntervalAround(mean(values), standardError, values.length - 1, confidence);
}

/** estimate ± t(df) × standard error. */
export function tIntervalAround(estimate: number, standardError: number, df: number, confidence: number): Interval {
  checkConfidence(confidence);
  const half = studentTQuantile((1 + confidence) / 2, df) * standardError;
  return { low: estimate - half, high: estimate + half, confidence };
}

/** A metric over several few-shot draws of the same items. */
export interface MeanOverDraws {
  readonly mean: number;
  readonly draws: number;
  /** Divisor n, as BioMistral's ± has it. */
  readonly populationSd: number;
  /** Divisor n − 1; undefined for one draw. */
  readonly sampleSd: number | undefined;
  /** t interval over draws: it covers the choice of shots only, not that of items. Undefined for one draw. */
  readonly interval: Interval | undefined;
}

/** @param values the metric of each draw */
export function meanOverDraws(values: readonly number[], confidence = defaultConfidence): MeanOverDraws {
  return {
    mean: mean(values),
    draws: values.length,
    populationSd: populationSd(values),
    sampleSd: sampleSd(values),
    interval: tInterval(values, confidence),
  };
}
