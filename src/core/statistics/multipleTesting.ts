import { checkProbabilities } from "./interval.ts";

/**
 * Holm's step-down adjustment (Scandinavian J. Statistics 6, 1979): controls the family-wise error rate under any
 * dependence. Adjusted p-values in the order given. Throws StatisticsError when a p-value is not in [0, 1], as do all here.
 */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  let largest = 0;
  return adjust(pValues, (p, rank) => (largest = Math.max(largest, Math.min(1, (m - rank) * p))));
}

/** Bonferroni: m times p, at most 1. */
export function bonferroni(pValues: readonly number[]): number[] {
  return adjust(pValues, (p) => Math.min(1, pValues.length * p));
}

/** Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995): controls the false discovery rate of independent tests. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  checkProbabilities(pValues, "p-value");
  const m = pValues.length;
  const order = ascendingOrder(pValues);
  const adjusted = new Array<number>(m);
  let smallest = 1;
  for (let rank = m - 1; rank >= 0; rank--) {
    smallest = Math.min(smallest, (m / (rank + 1)) * pValues[order[rank]!]!);
    adjusted[order[rank]!] = smallest;
  }
  return adjusted;
}

/**
 * Hommel (Biometrika 75, 1988), by the algorithm of Wright (Biometrics 48, 1992): the closed Simes test. At least as
 * powerful as Holm, for independent or positively dependent tests.
 */
export function hommel(pValues: readonly number[]): number[] {
  checkProbabilities(pValues, "p-value");
  const n = pValues.length;
  const order = ascendingOrder(pValues);
  const sorted = order.map((index) => pValues[index]!);
  const adjusted = [...sorted];
  for (let m = n; m >= 2; m--) {
    const kept = n - m;
    let smallest = Infinity;
    for (let i = kept; i < n; i++) smallest = Math.min(smallest, (m * sorted[i]!) / (m + i + 1 - n));
    for (let i = kept; i < n; i++) adjusted[i] = Math.max(adjusted[i]!, smallest);
    for (let i = 0; i < kept; i++) adjusted[i] = Math.max(adjusted[i]!, Math.min(smallest, m * sorted[i]!));
  }
  const result = new Array<number>(n);
  order.forEach((index, rank) => (result[index] = adjusted[rank]!));
  return result;
}

/** Applies `adjustment` to the p-values in ascending order (rank 0 is the smallest); result in the order given. */
function adjust(pValues: readonly number[], adjustment: (p: number, rank: number) => number): number[] {
  checkProbabilities(pValues, "p-value");
  const adjusted = new Array<number>(pValues.length);
  ascendingOrder(pValues).forEach((index, rank) => (adjusted[index] = adjustment(pValues[index]!, rank)));
  return adjusted;
}

function ascendingOrder(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
}
