import { StatisticsError } from "../errors.ts";

/** A confidence interval, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, for example 0.95. */
  readonly confidence: number;
}

export const defaultConfidence = 0.95;

/** The interval cut to [min, max]: a bounded quantity has no values beyond. */
export function clampInterval({ low, high, confidence }: Interval, min: number, max: number): Interval {
  return { low: Math.max(min, low), high: Math.min(max, high), confidence };
}

/** @throws StatisticsError unless 0 < confidence < 1 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new StatisticsError(`A confidence level lies between 0 and 1, not at ${confidence}.`, {
      hint: "Give a fraction such as 0.95.",
    });
  }
}

/** @throws StatisticsError when the list is empty */
export function checkNotEmpty(values: { readonly length: number }, what: string): void {
  if (values.length === 0) throw new StatisticsError(`There are no ${what} to compute a statistic from.`);
}

/** @throws StatisticsError when the two lists, which describe the same items, differ in length */
export function checkSameLength(first: { readonly length: number }, second: { readonly length: number }): void {
  if (first.length !== second.length) {
    throw new StatisticsError(
      `Two lists that describe the same items have ${first.length} and ${second.length} entries.`,
    );
  }
}

/** @throws StatisticsError when a value is not in [0, 1] */
export function checkProbabilities(values: readonly number[], what: string): void {
  const index = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (index >= 0) {
    throw new StatisticsError(`Every ${what} lies between 0 and 1, but number ${index + 1} is ${values[index]}.`);
  }
}
