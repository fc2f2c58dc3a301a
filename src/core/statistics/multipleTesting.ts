import { checkProbabilities } from "./interval.ts";

/**
 * Holm's step-down adjustment (Scandinavian J. Statistics 6, 1979): controls the family-wise error rate under any
 * dependence. Adjusted p-values in the order given. Throws StatisticsError when a p-value is not in [0, 1].
 */
export function holm(pValues: readonly number[]): number[] {
  checkProbabilities(pValues, "p-value");
  const ascending = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  ascending.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
