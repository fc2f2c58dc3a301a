/**
 * How often the intervals of groups of benchmarks hold the true value: the stratified score interval that Medley gives,
 * beside other intervals that were considered. Writes the tables of docs/statistics.md.
 *
 * Usage: tsx bench/groupIntervals.ts [--replications N] [--seed N]
 */
import { parseArgs } from "node:util";
import { PythonRandom } from "../src/core/random/pythonRandom.ts";
import { groupAccuracy, groupStrata, type GroupMember } from "../src/core/statistics/groupAccuracy.ts";
import { groupDifference } from "../src/core/statistics/groupDifference.ts";
import type { Interval } from "../src/core/statistics/interval.ts";
import type { PairedCounts } from "../src/core/statistics/mcnemar.ts";
import { newcombeDifference } from "../src/core/statistics/pairedDifference.ts";
import { wilsonInterval } from "../src/core/statistics/proportion.ts";
import { varianceScale } from "../src/core/statistics/stratifiedScore.ts";
import {
  measureCoverage,
  sampleDraws,
  sampleGroup,
  samplePairs,
  trueAccuracy,
  type Coverage,
  type Group,
} from "../test/support/groupCoverage.ts";

const { values: options } = parseArgs({
  options: { replications: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const replications = Number(options.replications);
const random = new PythonRandom(Number(options.seed));

const repeat = (times: number, n: number, p: number) => Array.from({ length: times }, () => ({ n, p }));
const members = (sizes: readonly number[], p: number | readonly number[]) =>
  sizes.map((n, index) => ({ n, p: typeof p === "number" ? p : p[index]! }));
const bySize = (title: string, of: Group["members"]): Group => ({ title, weighting: "size", members: of });
const equally = (title: string, of: Group["members"]): Group => ({ title, weighting: "equal", members: of });

const tiny = [...Array(4)].flatMap(() => [1, 2, 3, 4, 5]);
const medicalSubjects = [135, 265, 144, 173, 100, 272];
const spread = Array.from({ length: 57 }, (_, index) => ({ n: 20, p: 0.1 + (0.8 * index) / 56 }));

const groups: readonly Group[] = [
  bySize("57 × 20 at 0.05", repeat(57, 20, 0.05)),
  bySize("57 × 20 at 0.25", repeat(57, 20, 0.25)),
  bySize("57 × 20 at 0.5", repeat(57, 20, 0.5)),
  bySize("57 × 20 at 0.9", repeat(57, 20, 0.9)),
  bySize("57 × 20 at 0.97", repeat(57, 20, 0.97)),
  bySize("57 × 20 from 0.1 to 0.9", spread),
  bySize("9 × 20 at 0.9", repeat(9, 20, 0.9)),
  bySize("3 × 10 at 0.25", repeat(3, 10, 0.25)),
  bySize("57 × 1 at 0.25", repeat(57, 1, 0.25)),
  bySize("57 × 2 at 0.5", repeat(57, 2, 0.5)),
  bySize("57 × 2 at 0.9", repeat(57, 2, 0.9)),
  bySize("20 of 1 to 5 at 0.25", members(tiny, 0.25)),
  equally("20 of 1 to 5 at 0.25", members(tiny, 0.25)),
  equally("20 of 1 to 5 at 0.9", members(tiny, 0.9)),
  bySize("6 of 100 to 272 at 0.55", members(medicalSubjects, 0.55)),
  bySize("6 of 100 to 272, 0.3 to 0.9", members(medicalSubjects, [0.6, 0.55, 0.3, 0.8, 0.9, 0.4])),
  equally("6 of 100 to 272, 0.3 to 0.9", members(medicalSubjects, [0.6, 0.55, 0.3, 0.8, 0.9, 0.4])),
  equally("12 at 0.3, 20 at 0.8", members([12, 20], [0.3, 0.8])),
  equally("5, 20, 80 at 0.7, 0.3, 0.9", members([5, 20, 80], [0.7, 0.3, 0.9])),
  equally("20 at 0.9, 1000 at 0.5", members([20, 1000], [0.9, 0.5])),
  equally("10 to 1000 at 0.9", members([10, 20, 50, 100, 200, 500, 1000], 0.9)),
  bySize("5 × 20 at 0, 5 × 20 at 0.5", [...repeat(5, 20, 0), ...repeat(5, 20, 0.5)]),
  bySize("9 × 20 at 1, 20 at 0.8", [...repeat(9, 20, 1), { n: 20, p: 0.8 }]),
  equally("1, 2, 5, 1000 at 0.9", members([1, 2, 5, 1000], 0.9)),
];

/** Members have few different results; their intervals need not be computed anew in every replication. */
function remembered<Arguments extends readonly number[], Result>(
  compute: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  const known = new Map<string, Result>();
  return (...values) => {
    const key = values.join();
    if (!known.has(key)) known.set(key, compute(...values));
    return known.get(key)!;
  };
}

const wilsonOf = remembered((correct: number, n: number) => wilsonInterval(correct, n));
const newcombeOf = remembered((bothCorrect: number, onlyFirst: number, onlySecond: number, bothWrong: number) =>
  newcombeDifference({ bothCorrect, onlyFirst, onlySecond, bothWrong }),
);

/** The members' Wilson limits, joined by the method of variance estimates recovery (Zou, Huang and Zhang, 2009). */
function joinedWilson(sample: readonly GroupMember[], { weighting }: Group): Interval {
  const parts = groupStrata(sample, weighting).map(({ weight, n }, index) => {
    const { correct } = sample[index]!;
    return { weight, p: correct / n, wilson: wilsonOf(correct, n) };
  });
  const center = parts.reduce((sum, { weight, p }) => sum + weight * p, 0);
  return {
    low: center - Math.hypot(...parts.map(({ weight, p, wilson }) => weight * (p - wilson.low))),
    high: center + Math.hypot(...parts.map(({ weight, p, wilson }) => weight * (wilson.high - p))),
    confidence: 0.95,
  };
}

/** Wilson's interval of as many items as one sample of the same precision would have, if all members were alike. */
function pooledWilson(sample: readonly GroupMember[], { weighting }: Group): Interval {
  const strata = groupStrata(sample, weighting);
  const mean = strata.reduce((sum, { weight, n }, index) => sum + (weight * sample[index]!.correct) / n, 0);
  const n = 1 / varianceScale(strata);
  return wilsonInterval(Math.min(n, mean * n), n);
}

/** The members' intervals of Newcombe's method 10, joined in the same way. */
function joinedNewcombe(sample: readonly PairedCounts[], { members: of, weighting }: Group): Interval {
  const parts = groupStrata(of, weighting).map(({ weight }, index) => {
    const { bothCorrect, onlyFirst, onlySecond, bothWrong } = sample[index]!;
    return { weight, ...newcombeOf(bothCorrect, onlyFirst, onlySecond, bothWrong) };
  });
  const center = parts.reduce((sum, { weight, estimate }) => sum + weight * estimate, 0);
  return {
    low: center - Math.hypot(...parts.map(({ weight, estimate, interval }) => weight * (estimate - interval.low))),
    high: center + Math.hypot(...parts.map(({ weight, estimate, interval }) => weight * (interval.high - estimate))),
    confidence: 0.95,
  };
}

const percent = (share: number): string => (100 * share).toFixed(1);
const columnsOf = ({ covered, below, above, meanWidth }: Coverage): string[] => [
  percent(covered),
  `${percent(below)} / ${percent(above)}`,
  meanWidth.toFixed(3),
];
const printRow = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
const printHead = (...heads: readonly string[]): void => {
  printRow(heads);
  printRow(heads.map((_, index) => (index < 2 ? "---" : "---:")));
};
const weightingOf = ({ weighting }: Group): string => (weighting === "size" ? "by size" : "equal");

console.log(
  `${replications} replications, seed ${options.seed}. Lower / upper: true value above / below the interval.\n`,
);
const accuracyMethods = [
  (sample: readonly GroupMember[], group: Group) => groupAccuracy(sample, group.weighting).interval,
  joinedWilson,
  pooledWilson,
];
const columns = ["covered", "missed", "width"];
printHead(
  "members",
  "weights",
  ...columns,
  ...["joined Wilson", "missed", "width"],
  ...["pooled Wilson", "missed", "width"],
);
for (const group of groups) {
  const coverages = accuracyMethods.map((method) =>
    measureCoverage(trueAccuracy(group), replications, () => method(sampleGroup(group, random), group)),
  );
  printRow([group.title, weightingOf(group), ...coverages.flatMap(columnsOf)]);
}

console.log("\nThree few-shot draws of the same items\n");
printHead("members", "answers that no draw changes", ...columns);
for (const agreement of [0, 0.5, 1]) {
  for (const group of [
    bySize("57 × 20 at 0.25", repeat(57, 20, 0.25)),
    equally("6 of 100 to 272 at 0.55", members(medicalSubjects, 0.55)),
  ]) {
    const coverage = measureCoverage(
      trueAccuracy(group),
      replications,
      () => groupAccuracy(sampleDraws(group, 3, agreement, random), group.weighting).interval,
    );
    printRow([`${group.title}, ${weightingOf(group)}`, percent(agreement), ...columnsOf(coverage)]);
  }
}

console.log("\nDifferences of two models\n");
printHead("members", "difference, correlation", ...columns, "joined Newcombe", "missed", "width");
const compared: readonly Group[] = [
  bySize("57 × 20 at 0.25", repeat(57, 20, 0.25)),
  bySize("57 × 20 at 0.9", repeat(57, 20, 0.9)),
  bySize("9 × 20 at 0.9", repeat(9, 20, 0.9)),
  bySize("57 × 20 from 0.1 to 0.9", spread),
  bySize("57 × 2 at 0.5", repeat(57, 2, 0.5)),
  bySize("57 × 1 at 0.5", repeat(57, 1, 0.5)),
  equally("20 of 1 to 5 at 0.9", members(tiny, 0.9)),
  equally("6 of 100 to 272, 0.3 to 0.9", members(medicalSubjects, [0.6, 0.55, 0.3, 0.8, 0.9, 0.4])),
  equally("12 at 0.3, 20 at 0.8", members([12, 20], [0.3, 0.8])),
];
for (const group of compared) {
  for (const [gap, correlation] of [
    [0, 0.5],
    [0.1, 0.2],
    [0.05, 0.7],
  ] as const) {
    // A member cannot have less than no right answers; the true difference is that of what is left.
    const second = group.members.map(({ n, p }) => ({ n, p: Math.max(0, p - gap) }));
    const truth = trueAccuracy(group) - trueAccuracy({ ...group, members: second });
    const coverages = [
      (sample: readonly PairedCounts[]) => groupDifference(sample, group.weighting).interval,
      (sample: readonly PairedCounts[]) => joinedNewcombe(sample, group),
    ].map((method) => measureCoverage(truth, replications, () => method(samplePairs(group, gap, correlation, random))));
    printRow([`${group.title}, ${weightingOf(group)}`, `${gap}, ${correlation}`, ...coverages.flatMap(columnsOf)]);
  }
}
