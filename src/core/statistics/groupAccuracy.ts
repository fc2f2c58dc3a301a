import { StatisticsError } from "../errors.ts";
import { checkNotEmpty, clampInterval, defaultConfidence, type Interval } from "./interval.ts";
import { wilsonInterval } from "./proportion.ts";

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
 * Accuracy of a group of benchmarks whose items are independent. The interval joins the members' Wilson limits by the
 * method of variance estimates recovery (Zou, Huang and Zhang, Computational Statistics & Data Analysis 53, 2009):
 * estimate ∓ √(Σ wᵢ² (pᵢ − limitᵢ)²). With one member it is Wilson's.
 * @throws StatisticsError when there is no member, or one without items
 */
export function groupAccuracy(
  members: readonly GroupMember[],
  weighting: GroupWeighting,
  confidence = defaultConfidence,
): GroupAccuracy {
  checkNotEmpty(members, "benchmarks");
  const n = members.reduce((sum, member) => sum + member.n, 0);
  const parts = members.map((member) => ({
    weight: weighting === "size" ? member.n / n : 1 / members.length,
    p: member.correct / member.n,
    wilson: wilsonInterval(member.correct, member.n, confidence),
  }));
  const accuracy = parts.reduce((sum, { weight, p }) => sum + weight * p, 0);
  const below = Math.hypot(...parts.map(({ weight, p, wilson }) => weight * (p - wilson.low)));
  const above = Math.hypot(...parts.map(({ weight, p, wilson }) => weight * (wilson.high - p)));
  const errors = members.map((member) => ({ n: member.n, standardError: proportionStandardError(member) }));
  return {
    accuracy,
    n,
    standardError: weighting === "size" ? pooledStandardError(errors) : errorOfUnweightedMean(errors),
    interval: clampInterval({ low: accuracy - below, high: accuracy + above, confidence }, 0, 1),
  };
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
