import { StatisticsError } from "../errors.ts";
import { accuracyEstimate, type AccuracyEstimate } from "./accuracy.ts";
import { clusteredMean } from "./clusteredMean.ts";
import { binomialCdf, studentTSurvival } from "./distributions.ts";
import { clampInterval, defaultConfidence, type Interval } from "./interval.ts";
import { mcnemarExact, mcnemarMidP, pairedCounts, type PairedCounts } from "./mcnemar.ts";
import { holm } from "./multipleTesting.ts";
import { newcombeDifference } from "./pairedDifference.ts";

/** Several runs over the same items, aligned: entry i of every list is about the item `keys[i]`. */
export interface PairedRuns {
  /** Unique; an item that was asked in several draws has one key a draw. */
  readonly keys: readonly string[];
  /** Where items are not independent: the passage they share, or the item behind several draws. */
  readonly clusters?: readonly string[];
  readonly runs: readonly { readonly name: string; readonly correct: readonly boolean[] }[];
}

/** p-values of one comparison. */
export interface PairPValues {
  readonly exact: number;
  readonly midP: number;
  /** Only with clusters, where the two above are too small: t test with the cluster-robust standard error. */
  readonly clustered?: number;
}

export interface PairComparison {
  readonly first: AccuracyEstimate & { readonly name: string };
  readonly second: AccuracyEstimate & { readonly name: string };
  readonly n: number;
  readonly counts: PairedCounts;
  /** Accuracy of the first minus that of the second. */
  readonly difference: number;
  readonly interval: Interval;
  readonly method: "newcombe" | "clustered";
  readonly p: PairPValues;
  /** The same p-values, Holm-adjusted over all pairs of the comparison. */
  readonly adjusted: PairPValues;
  /** Keys of the items that only the first, or only the second, got right. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

/**
 * Compares every run with every later one, item by item: difference with interval (Newcombe's method 10, or
 * cluster-robust), McNemar's test exact and mid-p, Holm over all pairs, and the items that flipped.
 * @throws StatisticsError when there are fewer than two runs or no items, a list has another length than `keys`, a key or
 * a name occurs twice, or there are clusters but fewer than two
 */
export function comparePaired({ keys, clusters, runs }: PairedRuns, confidence = defaultConfidence): PairComparison[] {
  check({ keys, clusters, runs });
  const estimates = runs.map(({ name, correct }) => ({ name, ...accuracyEstimate(correct, clusters, confidence) }));
  const pairs = runs.flatMap((_, i) => runs.slice(i + 1).map((_run, offset) => ({ i, j: i + 1 + offset })));
  const comparisons = pairs.map(({ i, j }) => {
    const [first, second] = [runs[i]!.correct, runs[j]!.correct];
    const counts = pairedCounts(first, second);
    const compared =
      clusters === undefined ? unclustered(counts, confidence) : clustered(first, second, clusters, counts, confidence);
    return {
      first: estimates[i]!,
      second: estimates[j]!,
      n: keys.length,
      counts,
      ...compared,
      onlyFirst: keys.filter((_, item) => first[item]! && !second[item]!),
      onlySecond: keys.filter((_, item) => !first[item]! && second[item]!),
    };
  });
  const adjusted = adjustAll(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, index) => ({ ...comparison, adjusted: adjusted[index]! }));
}

type Compared = Pick<PairComparison, "difference" | "interval" | "method" | "p">;

function unclustered(counts: PairedCounts, confidence: number): Compared {
  const { estimate, interval } = newcombeDifference(counts, confidence);
  return { difference: estimate, interval, method: "newcombe", p: mcnemarPValues(counts) };
}

function clustered(
  first: readonly boolean[],
  second: readonly boolean[],
  clusters: readonly string[],
  counts: PairedCounts,
  confidence: number,
): Compared {
  const differences = first.map((correct, item) => Number(correct) - Number(second[item]!));
  const result = clusteredMean(differences, clusters, confidence);
  const base = { difference: result.mean, method: "clustered" } as const;
  if (result.standardError > 0) {
    const t = Math.abs(result.mean) / result.standardError;
    return {
      ...base,
      interval: clampInterval(result.interval, -1, 1),
      p: { ...mcnemarPValues(counts), clustered: Math.min(1, 2 * studentTSurvival(t, result.clusters - 1)) },
    };
  }
  // All clusters have the same mean difference, so their spread says nothing: each then counts as one item, and a
  // difference that is the same in all of them is judged by the sign test.
  const scaled = scaleCounts(counts, result.clusters / first.length);
  const signTest = result.mean === 0 ? 1 : Math.min(1, 2 * binomialCdf(0, result.clusters, 0.5));
  return {
    ...base,
    interval: newcombeDifference(scaled, confidence).interval,
    p: { ...mcnemarPValues(counts), clustered: signTest },
  };
}

function mcnemarPValues(counts: PairedCounts): PairPValues {
  return { exact: mcnemarExact(counts), midP: mcnemarMidP(counts) };
}

function scaleCounts({ bothCorrect, onlyFirst, onlySecond, bothWrong }: PairedCounts, factor: number): PairedCounts {
  return {
    bothCorrect: bothCorrect * factor,
    onlyFirst: onlyFirst * factor,
    onlySecond: onlySecond * factor,
    bothWrong: bothWrong * factor,
  };
}

function adjustAll(pValues: readonly PairPValues[]): PairPValues[] {
  const exact = holm(pValues.map((p) => p.exact));
  const midP = holm(pValues.map((p) => p.midP));
  const robust = pValues.map((p) => p.clustered).filter((p) => p !== undefined);
  const clusteredP = robust.length === 0 ? undefined : holm(robust);
  return pValues.map((_, i) => ({
    exact: exact[i]!,
    midP: midP[i]!,
    ...(clusteredP === undefined ? {} : { clustered: clusteredP[i]! }),
  }));
}

function check({ keys, clusters, runs }: PairedRuns): void {
  if (runs.length < 2) throw new StatisticsError(`A comparison needs at least two runs, not ${runs.length}.`);
  checkUnique(keys, "item");
  checkUnique(
    runs.map(({ name }) => name),
    "run",
  );
  const lengths = runs.map(({ name, correct }): [string, number] => [`run ${name}`, correct.length]);
  if (clusters !== undefined) lengths.push(["the clusters", clusters.length]);
  const wrong = lengths.find(([, length]) => length !== keys.length);
  if (wrong !== undefined) {
    throw new StatisticsError(`There are ${keys.length} items, but ${wrong[1]} entries for ${wrong[0]}.`, {
      hint: "Compare only the items that all runs have.",
    });
  }
}

function checkUnique(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new StatisticsError(`The ${what} "${name}" occurs twice in the comparison.`);
    seen.add(name);
  }
}
