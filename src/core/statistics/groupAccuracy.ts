import { StatisticsError } from "../errors.ts";
import { checkNotEmpty, defaultConfidence, type Interval } from "./interval.ts";
import { stratifiedScoreInterval, type Stratum } from "./stratifiedScore.ts";

/** One member of a group of benchmarks, for example one subject of MMLU. */
export interface GroupMember {
  readonly correct: number;
  readonly n: number;
}

/** `size`: every item counts the same (lm-evaluation-harness); `equal`: every member does (BioMistral's MMLU average). */
export type GroupWeighting = "size" | "equal";

export interface GroupAccuracy {
  readonly accuracy: number;
  /** Items of all members. */
  readonly n: number;
  /** Pooled as lm-evaluation-harness does for `size`, √(Σ seᵢ²) / k for `equal`; undefined where a part of it is. */
  readonly standardError: number | undefined;
  readonly interval: Interval;
}

/**
 * Accuracy of a group of benchmarks whose items are independent, with the stratified score interval. With one member that
 * is Wilson's.
 * @throws StatisticsError when there is no member, one without items, or more right answers than items
 */
export function groupAccuracy(
  members: readonly GroupMember[],
  weighting: GroupWeighting,
  confidence = defaultConfidence,
): GroupAccuracy {
  checkMembers(members);
  const strata = groupStrata(members, weighting).map((stratum, index) => ({
    ...stratum,
    proportion: members[index]!.correct / stratum.n,
  }));
  const errors = members.map((member) => ({ n: member.n, standardError: proportionStandardError(member) }));
  return {
    accuracy: strata.reduce((sum, { weight, proportion }) => sum + weight * proportion, 0),
    n: members.reduce((sum, member) => sum + member.n, 0),
    standardError: weighting === "size" ? pooledStandardError(errors) : errorOfUnweightedMean(errors),
    interval: stratifiedScoreInterval(strata, confidence),
  };
}

/** The members' weights in the group's accuracy. */
export function groupStrata(members: readonly { readonly n: number }[], weighting: GroupWeighting): Stratum[] {
  const total = members.reduce((sum, { n }) => sum + n, 0);
  return members.map(({ n }) => ({ weight: weighting === "size" ? n / total : 1 / members.length, n }));
}

function checkMembers(members: readonly GroupMember[]): void {
  checkNotEmpty(members, "benchmarks");
  for (const { correct, n } of members) {
    if (!(n > 0 && n < Infinity)) throw new StatisticsError(`A benchmark of ${n} items has no accuracy.`);
    if (!(correct >= 0 && correct <= n)) throw new StatisticsError(`${correct} of ${n} is not a proportion.`);
  }
}

interface MemberError {
  readonly n: number;
  /** Undefined for a member with one item. */
  readonly standardError: number | undefined;
}

/**
 * Standard error of a size-weighted group mean: √(Σ (nᵢ − 1) nᵢ seᵢ² / (N − k) / N), lm-evaluation-harness's
 * `pooled_sample_stderr`. It treats the members as samples with one common variance. Undefined when every member has one
 * item.
 * @throws StatisticsError when a member of more than one item has no standard error
 */
export function pooledStandardError(members: readonly MemberError[]): number | undefined {
  checkNotEmpty(members, "benchmarks");
  const total = members.reduce((sum, { n }) => sum + n, 0);
  const freedom = total - members.length;
  if (freedom === 0) return undefined;
  const squares = members.reduce((sum, { n, standardError }) => {
    if (n === 1) return sum;
    if (standardError === undefined) throw new StatisticsError(`A benchmark of ${n} items has no standard error.`);
    return sum + (n - 1) * n * standardError ** 2;
  }, 0);
  return Math.sqrt(squares / freedom / total);
}

function errorOfUnweightedMean(members: readonly MemberError[]): number | undefined {
  const errors = members.map(({ standardError }) => standardError).filter((error) => error !== undefined);
  return errors.length < members.length ? undefined : Math.hypot(...errors) / members.length;
}

function proportionStandardError({ correct, n }: GroupMember): number | undefined {
  const p = correct / n;
  return n < 2 ? undefined : Math.sqrt((p * (1 - p)) / (n - 1));
}
