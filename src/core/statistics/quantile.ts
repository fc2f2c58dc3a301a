import { StatisticsError } from "../errors.ts";
import { checkNotEmpty } from "./interval.ts";

/**
 * Sample quantile with linear interpolation: type 7 of Hyndman and Fan (The American Statistician 50, 1996), the default
 * of numpy and R.
 * @param sorted ascending
 * @throws StatisticsError when there are no values or p is not in [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  checkNotEmpty(sorted, "values");
  if (!(p >= 0 && p <= 1)) throw new StatisticsError(`A quantile needs a probability between 0 and 1, not ${p}.`);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  return below === sorted.length - 1 ? low : low + (position - below) * (sorted[below + 1]! - low);
}
