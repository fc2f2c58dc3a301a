import { normalQuantile } from "./distributions.ts";
import { checkConfidence, checkNotEmpty, clampInterval, defaultConfidence, type Interval } from "./interval.ts";

/** A part of a group that is a sample of its own, for example one benchmark. */
export interface Stratum {
  /** Share of the group's number that is this stratum's, wᵢ; the weights of a group sum to 1. */
  readonly weight: number;
  /** Items, nᵢ. */
  readonly n: number;
}

/**
 * Of so many items each stratum's proportion is moved towards that of the group before its variance is taken: a stratum
 * of one or two items says nothing of its own variance. Four, as Agresti and Coull add to one proportion.
 */
export const pseudoItems = 4;

/** What the variance of a weighted mean of proportions needs of one stratum. */
export interface StratumVariance {
  /** gᵢ wᵢ² / nᵢ: what a variance of one item, p (1 − p), counts in that of the weighted mean. */
  readonly scale: number;
  /** How far the stratum's shrunk proportion moves when the group's is taken to be higher by one. */
  readonly slope: number;
  /** Its proportion moved towards the group's. */
  readonly shrink: (proportion: number, ofGroup: number) => number;
}

/**
 * gᵢ = 1 / (1 − nᵢ (1 − hᵢ) / (nᵢ + 4)²) makes up for the variance that p̂ᵢ (1 − p̂ᵢ) misses because p̂ᵢ is itself
 * estimated; hᵢ = wᵢ cᵢ is the part of that which the movement along with the group makes up for already, and
 * cᵢ = (wᵢ / nᵢ) / Σ wⱼ² / nⱼ is how far the stratum's own proportion moves with the group's.
 */
export function stratumVariances(strata: readonly Stratum[]): StratumVariance[] {
  const total = varianceScale(strata);
  return strata.map(({ weight, n }) => {
    const moves = weight / n / total;
    const padded = n + pseudoItems;
    const correction = 1 / (1 - (n * (1 - weight * moves)) / padded ** 2);
    return {
      scale: (correction * weight ** 2) / n,
      slope: (n * moves + pseudoItems) / padded,
      shrink: (proportion, ofGroup) => (n * proportion + pseudoItems * ofGroup) / padded,
    };
  });
}

/** Σ wᵢ² / nᵢ: one over the number of items of one sample that would be as precise. */
export function varianceScale(strata: readonly Stratum[]): number {
  return strata.reduce((sum, { weight, n }) => sum + weight ** 2 / n, 0);
}

/** A stratum with its result. */
export interface SampledStratum extends Stratum {
  /** p̂ᵢ, 0 to 1. */
  readonly proportion: number;
}

/**
 * Score interval of a weighted mean of independent proportions: the θ = θ̂ + δ with δ² ≤ z² V(δ), where
 * V(δ) = Σ gᵢ wᵢ²/nᵢ mᵢ(δ) (1 − mᵢ(δ)) is the variance of the mean if the group's proportion is θ, and mᵢ(δ) the
 * stratum's proportion, shrunk towards the group's and moved along with it. With one stratum it is Wilson's interval.
 * Chosen by simulation, see bench/groupIntervals.ts.
 * @throws StatisticsError when there is no stratum
 */
export function stratifiedScoreInterval(strata: readonly SampledStratum[], confidence = defaultConfidence): Interval {
  checkConfidence(confidence);
  checkNotEmpty(strata, "benchmarks");
  const estimate = strata.reduce((sum, { weight, proportion }) => sum + weight * proportion, 0);
  // V(δ) = variance + linear δ − square δ².
  let [variance, linear, square] = [0, 0, 0];
  stratumVariances(strata).forEach(({ scale, slope, shrink }, index) => {
    const p = shrink(strata[index]!.proportion, estimate);
    variance += scale * p * (1 - p);
    linear += scale * slope * (1 - 2 * p);
    square += scale * slope ** 2;
  });
  const z2 = normalQuantile((1 + confidence) / 2) ** 2;
  const half = Math.sqrt((z2 * linear) ** 2 + 4 * z2 * Math.max(0, variance) * (1 + z2 * square));
  const divisor = 2 * (1 + z2 * square);
  // Where all strata are at an edge the end is exactly there, and the estimate is inside; rounding must not move them.
  const [below, above] = [Math.min(0, z2 * linear - half), Math.max(0, z2 * linear + half)];
  return clampInterval(
    {
      low: strata.every(({ proportion }) => proportion === 0) ? 0 : estimate + below / divisor,
      high: strata.every(({ proportion }) => proportion === 1) ? 1 : estimate + above / divisor,
      confidence,
    },
    0,
    1,
  );
}
