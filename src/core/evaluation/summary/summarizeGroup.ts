import { groupAccuracy } from "../../statistics/groupAccuracy.ts";
import { meanOverDraws } from "../../statistics/mean.ts";
import type { GroupAggregation } from "../protocol.ts";
import type { BenchmarkSummary, GroupSummary } from "./evaluationSummary.ts";

/**
 * Several benchmarks as one number, as lm-eval (by size) or BioMistral (unweighted) have it. Draws of the same number are
 * put together over the benchmarks.
 * @returns undefined unless the result of every member is an accuracy, and all have the same draws
 */
export function summarizeGroup(
  group: string,
  members: readonly BenchmarkSummary[],
  aggregation: GroupAggregation,
): GroupSummary | undefined {
  const draws = members[0]?.draws.map(({ draw }) => draw) ?? [];
  const comparable = members.every(
    ({ primaryMetric, draws: own }) =>
      primaryMetric === "accuracy" && String(own.map(({ draw }) => draw)) === String(draws),
  );
  if (draws.length === 0 || !comparable) return undefined;
  const weighting = aggregation === "bySize" ? "size" : "equal";
  const values = draws.map((_, index) =>
    groupAccuracy(
      members.map((member) => counts(member, [index])),
      weighting,
    ),
  );
  const indices = [...draws.keys()];
  const together = groupAccuracy(
    members.map((member) => counts(member, indices)),
    weighting,
  );
  const perDraw = values.map(({ accuracy }) => accuracy);
  return {
    group,
    benchmarks: members.map(({ benchmark }) => benchmark),
    aggregation,
    method: "stratifiedScore",
    accuracy: {
      value: together.accuracy,
      n: together.n,
      standardError: together.standardError ?? null,
      interval: together.interval,
      values: perDraw,
      populationSd: meanOverDraws(perDraw).populationSd,
    },
  };
}

/** Items and mean number of right ones of some draws. */
function counts({ draws }: BenchmarkSummary, indices: readonly number[]): { correct: number; n: number } {
  const chosen = indices.map((index) => draws[index]!);
  const right = chosen.map(({ metrics }) => metrics.accuracy!.value * metrics.accuracy!.n);
  return { correct: meanOverDraws(right).mean, n: chosen[0]!.n };
}
