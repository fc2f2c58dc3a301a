import { StatisticsError } from "../errors.ts";
import { checkSameLength, defaultConfidence, type Interval } from "./interval.ts";
import { mean, standardErrorOfMean, tIntervalAround } from "./mean.ts";

/** A mean of values that come in clusters: items that share a passage, or draws of the same item. */
export interface ClusteredMean {
  readonly mean: number;
  readonly n: number;
  readonly clusters: number;
  /** With the small-sample factor √(G / (G − 1)) for G clusters (CR1); equals s / √n when each value is its own cluster. */
  readonly standardError: number;
  /** Without that factor (CR0), as in Miller, "Adding Error Bars to Evals", arXiv 2411.00640. */
  readonly standardErrorCr0: number;
  /** CR0 variance over the variance of independent values; undefined when all values are equal. */
  readonly designEffect: number | undefined;
  /** mean ± t(G − 1) × CR1 standard error. */
  readonly interval: Interval;
}

/**
 * Cluster-robust standard error of a mean (Liang and Zeger, Biometrika 73, 1986; Cameron and Miller, J. Human Resources
 * 50, 2015): √(Σ_g (Σ_{i∈g} (xᵢ − x̄))²) / n.
 * @param clusters the cluster of each value
 * @throws StatisticsError when there are fewer than two clusters
 */
export function clusteredMean(
  values: readonly number[],
  clusters: readonly string[],
  confidence = defaultConfidence,
): ClusteredMean {
  checkSameLength(values, clusters);
  const center = mean(values);
  const groups = clusterMembers(clusters);
  const count = groups.length;
  if (count < 2) {
    throw new StatisticsError(
      `All ${values.length} values belong to one cluster, so their spread cannot be estimated.`,
      {
        hint: "Leave the clusters out, or use data with at least two.",
      },
    );
  }
  const residualSums = groups.map((members) => members.reduce((sum, i) => sum + values[i]! - center, 0));
  // What rounding leaves of a spread of zero must not pass for a tiny standard error.
  const rounding = 1e-13 * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const spread = Math.sqrt(residualSums.reduce((sum, r) => sum + r * r, 0)) / values.length;
  const cr0 = spread <= rounding ? 0 : spread;
  const standardError = cr0 * Math.sqrt(count / (count - 1));
  const independent = standardErrorOfMean(values)!;
  return {
    mean: center,
    n: values.length,
    clusters: count,
    standardError,
    standardErrorCr0: cr0,
    designEffect: independent <= rounding ? undefined : (cr0 / independent) ** 2,
    interval: tIntervalAround(center, standardError, count - 1, confidence),
  };
}

/** Indices of the members of each cluster, clusters in order of first appearance. */
export function clusterMembers(clusters: readonly string[]): number[][] {
  const members = new Map<string, number[]>();
  clusters.forEach((cluster, index) => {
    const known = members.get(cluster);
    if (known === undefined) members.set(cluster, [index]);
    else known.push(index);
  });
  return [...members.values()];
}
