import { clusteredMean } from "./clusteredMean.ts";
import { clampInterval, defaultConfidence, type Interval } from "./interval.ts";
import { standardErrorOfMean } from "./mean.ts";
import { wilsonInterval } from "./proportion.ts";

/** A share of right answers with its uncertainty. */
export interface AccuracyEstimate {
  readonly accuracy: number;
  readonly correct: number;
  readonly n: number;
  /** √(p (1 − p) / (n − 1)), or the cluster-robust one; undefined for a single item. */
  readonly standardError: number | undefined;
  readonly interval: Interval;
  readonly method: "wilson" | "clustered";
}

/**
 * Accuracy of independent items with Wilson's interval or, when clusters are given, with the cluster-robust t interval
 * cut to [0, 1]. Where the clusters show no spread at all (a perfect score, say) that interval would have no width;
 * then Wilson's is taken with each cluster as one item.
 * @param clusters the cluster of each item: a shared passage, or the item itself when it was asked in several draws
 * @throws StatisticsError when there are no items, or fewer than two clusters
 */
export function accuracyEstimate(
  correct: readonly boolean[],
  clusters?: readonly string[],
  confidence = defaultConfidence,
): AccuracyEstimate {
  const values = correct.map(Number);
  const n = values.length;
  const successes = values.reduce((sum, value) => sum + value, 0);
  const counts = { accuracy: successes / n, correct: successes, n };
  if (clusters === undefined) {
    const interval = wilsonInterval(successes, n, confidence);
    return { ...counts, standardError: standardErrorOfMean(values), interval, method: "wilson" };
  }
  const clustered = clusteredMean(values, clusters, confidence);
  const interval =
    clustered.standardError === 0
      ? wilsonInterval((successes / n) * clustered.clusters, clustered.clusters, confidence)
      : clampInterval(clustered.interval, 0, 1);
  return { ...counts, standardError: clustered.standardError, interval, method: "clustered" };
}
