import { StatisticsError } from "../errors.ts";
import { PythonRandom } from "../random/pythonRandom.ts";
import { clusterMembers } from "./clusteredMean.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";
import { checkConfidence, defaultConfidence, type Interval } from "./interval.ts";
import { populationSd } from "./mean.ts";
import { quantile } from "./quantile.ts";

/**
 * `percentile`: quantiles of the resampled statistic. `basic`: mirrored about the estimate, 2 θ̂ − quantile, which corrects
 * a statistic's bias (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 5.2). `bca`:
 * bias-corrected and accelerated (Efron, JASA 82, 1987).
 */
export type BootstrapMethod = "percentile" | "basic" | "bca";

export interface BootstrapOptions {
  /** Number of items. */
  readonly n: number;
  /** The statistic of the items with these indices (repeats count); undefined where it does not exist. */
  readonly statistic: (indices: readonly number[]) => number | undefined;
  readonly seed: number;
  readonly resamples?: number;
  readonly confidence?: number;
  readonly method?: BootstrapMethod;
  /** The cluster of each item: then whole clusters are drawn instead of items. */
  readonly clusters?: readonly string[];
}

export interface BootstrapResult {
  readonly estimate: number;
  readonly interval: Interval;
  /** Standard deviation of the statistic over the resamples. */
  readonly standardError: number;
  readonly resamples: number;
  /** Resamples in which the statistic did not exist; the interval rests on the others. */
  readonly undefinedResamples: number;
}

/**
 * Bootstrap interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993). Each resample draws its units as
 * CPython's `random.Random(seed).choices(range(units), k=units)` does, one resample after the other. BCa also evaluates
 * the statistic once without each unit.
 * @throws StatisticsError when there are no items, or the statistic does not exist for all of them or for any resample,
 * or BCa is asked for and all resamples lie on one side of the estimate
 */
export function bootstrapInterval(options: BootstrapOptions): BootstrapResult {
  const { n, statistic, seed, resamples = 2000, confidence = defaultConfidence, method = "percentile" } = options;
  checkConfidence(confidence);
  if (!Number.isInteger(n) || n < 1) throw new StatisticsError(`Cannot resample ${n} items.`);
  if (!Number.isInteger(resamples) || resamples < 1) throw new StatisticsError(`Cannot draw ${resamples} resamples.`);
  const units = unitsOf(n, options.clusters);
  const estimate = finiteOrUndefined(statistic(units.flat()));
  if (estimate === undefined) throw new StatisticsError("The statistic does not exist for these items.");
  const replicates = replicate(units, statistic, new PythonRandom(seed), resamples);
  if (replicates.length === 0) throw new StatisticsError(`The statistic exists in none of ${resamples} resamples.`);
  const tail = (1 - confidence) / 2;
  const [lowLevel, highLevel] =
    method === "bca" ? bcaLevels(units, statistic, estimate, replicates, tail) : [tail, 1 - tail];
  const [low, high] = [quantile(replicates, lowLevel), quantile(replicates, highLevel)];
  const ends = method === "basic" ? { low: 2 * estimate - high, high: 2 * estimate - low } : { low, high };
  return {
    estimate,
    interval: { ...ends, confidence },
    standardError: populationSd(replicates),
    resamples,
    undefinedResamples: resamples - replicates.length,
  };
}

type Statistic = BootstrapOptions["statistic"];

function unitsOf(n: number, clusters: readonly string[] | undefined): number[][] {
  if (clusters === undefined) return Array.from({ length: n }, (_, index) => [index]);
  if (clusters.length !== n) throw new StatisticsError(`There are ${n} items but ${clusters.length} clusters.`);
  return clusterMembers(clusters);
}

/** The statistic of each resample in which it exists, ascending. */
function replicate(units: number[][], statistic: Statistic, random: PythonRandom, resamples: number): number[] {
  const replicates: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const drawn: number[] = [];
    for (let unit = 0; unit < units.length; unit++) {
      for (const index of units[Math.floor(random.random() * units.length)]!) drawn.push(index);
    }
    const value = finiteOrUndefined(statistic(drawn));
    if (value !== undefined) replicates.push(value);
  }
  return replicates.sort((a, b) => a - b);
}

/** The two percentile levels of the BCa interval. */
function bcaLevels(
  units: number[][],
  statistic: Statistic,
  estimate: number,
  replicates: readonly number[],
  tail: number,
): [number, number] {
  // A resample that holds the same values in another order must count as equal, whatever the rounding of its sum.
  const rounding = 1e-12 * Math.max(1, Math.abs(estimate));
  const below = replicates.filter((value) => value < estimate - rounding).length;
  const equal = replicates.filter((value) => Math.abs(value - estimate) <= rounding).length;
  const share = (below + equal / 2) / replicates.length;
  if (share === 0 || share === 1) {
    throw new StatisticsError("All resamples lie on one side of the estimate, so BCa cannot correct its bias.", {
      hint: "Use the percentile method or more items.",
    });
  }
  const bias = normalQuantile(share);
  const acceleration = jackknifeAcceleration(units, statistic);
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  return [level(normalQuantile(tail)), level(normalQuantile(1 - tail))];
}

/** Σ dᵢ³ / (6 (Σ dᵢ²)^1.5) over d = mean of the leave-one-out values minus each of them; 0 when they are all equal. */
function jackknifeAcceleration(units: number[][], statistic: Statistic): number {
  const values = units.map((_, left) => {
    const value = finiteOrUndefined(statistic(units.filter((_unit, index) => index !== left).flat()));
    if (value !== undefined) return value;
    throw new StatisticsError("The statistic does not exist when one item is left out, so BCa cannot be computed.", {
      hint: "Use the percentile method or more items.",
    });
  });
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviations = values.map((value) => center - value);
  const squares = deviations.reduce((sum, d) => sum + d * d, 0);
  return squares === 0 ? 0 : deviations.reduce((sum, d) => sum + d ** 3, 0) / (6 * squares ** 1.5);
}

/** NaN is a defect of the statistic and must not vanish in a sorted list. */
function finiteOrUndefined(value: number | undefined): number | undefined {
  if (value !== undefined && !Number.isFinite(value)) throw new StatisticsError(`The resampled statistic is ${value}.`);
  return value;
}
