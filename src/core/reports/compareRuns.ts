import { RunError } from "../errors.ts";
import { metricDefinitions } from "../evaluation/metrics.ts";
import { describeChanges, questionFiles } from "../evaluation/runIdentity.ts";
import { changedComponents } from "../runs/canonicalJson.ts";
import { clusteredMean } from "../statistics/clusteredMean.ts";
import { comparePaired } from "../statistics/comparePaired.ts";
import { binomialCdf, studentTSurvival } from "../statistics/distributions.ts";
import { mean } from "../statistics/mean.ts";
import { holm } from "../statistics/multipleTesting.ts";
import { compareGroups } from "./compareGroups.ts";
import type { ComparedAnswer, ComparedBenchmark, ComparedRun } from "./comparedRun.ts";
import type { Comparison, Flip, Pair } from "./comparison.ts";

/**
 * Compares every run with every later one on every benchmark that both have, item by item, with Holm's correction over
 * all of it. Items that only one of the two has are left out of that pair and counted. What would compare different
 * questions is refused.
 * @throws RunError when there are fewer than two runs
 */
export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  if (runs.length < 2) {
    throw new RunError("A comparison needs at least two different runs.", { hint: "Name another run." });
  }
  const compared = runs.flatMap((first, index) =>
    runs.slice(index + 1).map((second) => {
      const candidates = pairsOf(first, second);
      const pairs = candidates.filter((candidate) => "p" in candidate);
      const refused = candidates.filter((candidate) => "reason" in candidate);
      return { pairs, refused, groups: compareGroups(first, second, pairs) };
    }),
  );
  const pairs = adjust(compared.flatMap((of) => of.pairs));
  return {
    runs: runs.map(({ name }) => name),
    pairs,
    groups: compared.flatMap(({ groups }) => groups),
    refused: compared.flatMap(({ refused }) => refused),
    warnings: warningsOf(runs, pairs),
  };
}

type Unadjusted = Omit<Pair, "adjusted" | "adjustedMidP">;
type Refused = Comparison["refused"][number];

/** A run with what it has of the benchmark that is compared. */
interface Side {
  readonly run: ComparedRun;
  readonly of: ComparedBenchmark;
}

function pairsOf(first: ComparedRun, second: ComparedRun): (Unadjusted | Refused)[] {
  return [...first.benchmarks].flatMap(([benchmark, a]): (Unadjusted | Refused)[] => {
    const b = second.benchmarks.get(benchmark);
    if (b === undefined) return [];
    const paired = pairOf(benchmark, { run: first, of: a }, { run: second, of: b });
    if (typeof paired !== "string") return [paired];
    return [{ benchmark, first: first.name, second: second.name, reason: paired }];
  });
}

/** @returns the reason when the two cannot be compared on this benchmark */
function pairOf(benchmark: string, { run: first, of: a }: Side, { run: second, of: b }: Side): Unadjusted | string {
  for (const { name, verification } of [first, second]) {
    if (verification?.items === "changed") return `${name}: ${verification.message}`;
  }
  if (a.metric !== b.metric) return `The one's result is ${a.metric}, the other's ${b.metric}.`;
  const aligned = align(a.answers, b.answers);
  const n = aligned.length;
  if (n === 0) return "They have no item in common.";
  const otherQuestions = aligned.filter(([x, y]) => x.rightOptions !== y.rightOptions).length;
  if (otherQuestions > 0) return `${otherQuestions} of ${n} items have another right option: the questions differ.`;
  const differentPrompts = aligned.filter(([x, y]) => x.promptSha256 !== y.promptSha256).length;
  const otherFile = questionFiles(first.identity, benchmark) !== questionFiles(second.identity, benchmark);
  if (otherFile && differentPrompts > 0) {
    return `The questions come from different files, and ${differentPrompts} of ${n} prompts differ: they may be other questions.`;
  }
  const items = new Set(aligned.map(([{ item }]) => item)).size;
  if (items < n && items < 2) return "Several draws of a single item say nothing about other items.";
  const numbers =
    metricDefinitions[a.metric]?.kind === "mean" ? compareMeans(aligned) : compareShares(aligned, items < n);
  return {
    benchmark,
    metric: a.metric,
    first: sideOf(
      first,
      aligned.map(([x]) => x),
    ),
    second: sideOf(
      second,
      aligned.map(([, y]) => y),
    ),
    n,
    items,
    onlyInFirst: a.answers.length - n,
    onlyInSecond: b.answers.length - n,
    differentPrompts,
    ...numbers,
  };
}

function sideOf({ name }: ComparedRun, answers: readonly ComparedAnswer[]): Pair["first"] {
  return {
    run: name,
    value: mean(answers.map(({ score }) => score!)),
    failed: answers.filter(({ failed }) => failed).length,
  };
}

type Aligned = readonly (readonly [ComparedAnswer, ComparedAnswer])[];
type Numbers = Pick<Pair, "counts" | "difference" | "interval" | "method" | "p" | "test" | "flips">;

/** Answers to the same item in the same draw, in the order of the first list, where both have a score. */
function align(first: readonly ComparedAnswer[], second: readonly ComparedAnswer[]): Aligned {
  const bySecond = new Map(second.map((answer) => [keyOf(answer), answer]));
  return first.flatMap((answer) => {
    const other = bySecond.get(keyOf(answer));
    return other?.score === undefined || answer.score === undefined ? [] : [[answer, other] as const];
  });
}

function keyOf({ item, draw }: ComparedAnswer): string {
  return `${draw} ${item}`;
}

function compareShares(aligned: Aligned, severalDraws: boolean): Numbers {
  const [result] = comparePaired({
    keys: aligned.map(([answer]) => keyOf(answer)),
    ...(severalDraws && { clusters: aligned.map(([{ item }]) => item) }),
    runs: [
      { name: "first", correct: aligned.map(([x]) => x.score === 1) },
      { name: "second", correct: aligned.map(([, y]) => y.score === 1) },
    ],
  });
  const { counts, difference, interval, method, p } = result!;
  const test = p.clustered === undefined ? "exact" : "clustered";
  return { counts, difference, interval, method, p, test, flips: flipsOf(aligned) };
}

function flipsOf(aligned: Aligned): Flip[] {
  return aligned.flatMap(([x, y]) =>
    x.score === y.score
      ? []
      : {
          item: x.item,
          draw: x.draw,
          right: x.rightLabel,
          first: x.answer,
          second: y.answer,
          rightIn: x.score === 1 ? ("first" as const) : ("second" as const),
        },
  );
}

/** Mean of the differences with its t test; an item that was asked in several draws is one cluster. */
function compareMeans(aligned: Aligned): Numbers {
  const differences = aligned.map(([x, y]) => x.score! - y.score!);
  const base = { counts: null, method: "clustered" as const, test: "clustered" as const, flips: [] };
  if (differences.length < 2) return { ...base, difference: mean(differences), interval: null, p: { clustered: 1 } };
  const result = clusteredMean(
    differences,
    aligned.map(([{ item }]) => item),
  );
  const { standardError, clusters } = result;
  // Without any spread there is no t; a difference that is the same for all items is judged by the sign test.
  const signTest = result.mean === 0 ? 1 : Math.min(1, 2 * binomialCdf(0, clusters, 0.5));
  const clustered =
    standardError === 0
      ? signTest
      : Math.min(1, 2 * studentTSurvival(Math.abs(result.mean) / standardError, clusters - 1));
  return { ...base, difference: result.mean, interval: result.interval, p: { clustered } };
}

function adjust(pairs: readonly Unadjusted[]): Pair[] {
  const adjusted = holm(pairs.map(({ p, test }) => p[test]!));
  const withMidP = pairs.filter(({ p }) => p.midP !== undefined);
  const midP = holm(withMidP.map(({ p }) => p.midP!));
  return pairs.map((pair, index) => ({
    ...pair,
    adjusted: adjusted[index]!,
    adjustedMidP: midP[withMidP.indexOf(pair)] ?? null,
  }));
}

function warningsOf(runs: readonly ComparedRun[], pairs: readonly Pair[]): string[] {
  const settings = new Map(runs.map(({ name, identity }) => [name, settingsOf(identity)]));
  const [reference, ...others] = runs.map(({ name }) => name);
  const differences = (name: string, other: string) => changedComponents(settings.get(name)!, settings.get(other)!);
  return [
    ...runs.flatMap(({ name, verification: of }) =>
      of?.message === undefined || of.items === "changed" ? [] : [`${name}: ${of.message}`],
    ),
    ...others.flatMap((name) => {
      const changed = differences(reference!, name);
      if (changed.length === 0) return [];
      const changes = describeChanges(settings.get(reference!)!, settings.get(name)!, changed);
      return [`${reference!} and ${name} differ in more than the model: ${changes}.`];
    }),
    ...new Set(pairs.flatMap((pair) => pairWarnings(pair, differences(pair.first.run, pair.second.run).length === 0))),
  ];
}

function pairWarnings(pair: Pair, sameSettings: boolean): string[] {
  const { benchmark, first, second, n, onlyInFirst, onlyInSecond, differentPrompts } = pair;
  const unpaired = [
    ...(onlyInFirst > 0 ? [`${onlyInFirst} of ${first.run}`] : []),
    ...(onlyInSecond > 0 ? [`${onlyInSecond} of ${second.run}`] : []),
  ];
  return [
    ...(unpaired.length > 0
      ? [`${benchmark}: answers without a counterpart are left out: ${unpaired.join(", ")}.`]
      : []),
    ...(sameSettings && differentPrompts > 0
      ? [`${benchmark}: ${differentPrompts} of ${n} prompts of ${first.run} and ${second.run} differ.`]
      : []),
    ...[first, second].flatMap(({ run, failed }) =>
      failed > 0 ? [`${benchmark}: ${failed} of ${n} items failed in ${run} and count as wrong.`] : [],
    ),
  ];
}

function settingsOf(identity: ComparedRun["identity"]): Record<string, string> {
  return Object.fromEntries(Object.entries(identity).filter(([name]) => !isModelOrBenchmark(name)));
}

function isModelOrBenchmark(component: string): boolean {
  return component === "model" || component === "order of benchmarks" || component.startsWith("benchmark ");
}
