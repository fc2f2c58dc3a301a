import { groupDifference } from "../statistics/groupDifference.ts";
import { groupStrata } from "../statistics/groupAccuracy.ts";
import type { PairedCounts } from "../statistics/mcnemar.ts";
import type { ComparedRun } from "./comparedRun.ts";
import type { GroupPair, Pair } from "./comparison.ts";

/**
 * Differences on the groups that both runs have, computed in the same way of the same benchmarks, as far as all of these
 * could be compared.
 * @param pairs of these two runs
 */
export function compareGroups(
  first: ComparedRun,
  second: ComparedRun,
  pairs: readonly Omit<Pair, "adjusted" | "adjustedMidP">[],
): GroupPair[] {
  return first.groups.flatMap(({ group, benchmarks, aggregation }) => {
    const same = second.groups.find(
      (other) =>
        other.group === group &&
        other.aggregation === aggregation &&
        String([...other.benchmarks].sort()) === String([...benchmarks].sort()),
    );
    const members = benchmarks.flatMap((benchmark) => pairs.find((pair) => pair.benchmark === benchmark) ?? []);
    const counts = members.flatMap(countsOfOneDraw);
    if (same === undefined || counts.length < benchmarks.length) return [];
    const weighting = aggregation === "bySize" ? "size" : "equal";
    const { estimate, interval } = groupDifference(counts, weighting);
    const weights = groupStrata(
      members.map(({ items }) => ({ n: items })),
      weighting,
    );
    const valueOf = (side: "first" | "second") => ({
      run: side === "first" ? first.name : second.name,
      value: weights.reduce((sum, { weight }, index) => sum + weight * members[index]![side].value, 0),
    });
    return {
      group,
      benchmarks: [...benchmarks],
      aggregation,
      first: valueOf("first"),
      second: valueOf("second"),
      n: members.reduce((sum, { n }) => sum + n, 0),
      items: members.reduce((sum, { items }) => sum + items, 0),
      difference: estimate,
      interval,
      method: "newcombeStratified" as const,
    };
  });
}

/** Mean counts over the draws: several answers to an item are not several items. */
function countsOfOneDraw({ counts, n, items }: Pick<Pair, "counts" | "n" | "items">): PairedCounts[] {
  if (counts === null) return [];
  const share = items / n;
  return [
    {
      bothCorrect: counts.bothCorrect * share,
      onlyFirst: counts.onlyFirst * share,
      onlySecond: counts.onlySecond * share,
      bothWrong: counts.bothWrong * share,
    },
  ];
}
