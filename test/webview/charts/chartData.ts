import { compareRuns } from "../../../src/core/reports/compareRuns.ts";
import { comparedAnswer } from "../../../src/core/reports/comparedRun.ts";
import type { Comparison } from "../../../src/core/reports/comparison.ts";
import type { Report } from "../../../src/core/reports/report.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import type { ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { continuationsRecord, reportedRun } from "../../core/reports/reportedRuns.ts";

/** Numbers from 0 to 1 that are the same each time (Park and Miller's generator). */
function* numbers(seed: number): Generator<number, never> {
  for (;;) yield (seed = (seed * 48271) % 2147483647) / 2147483647;
}

export interface ChartDataOptions {
  readonly models: readonly string[];
  readonly benchmarks: readonly string[];
  readonly items?: number;
  readonly draws?: number;
  readonly subjects?: readonly string[];
}

/** A report and a comparison of runs whose answers are made up, better from model to model. */
export function chartData(options: ChartDataOptions): { report: Report; comparison: Comparison | null } {
  const { models, benchmarks } = options;
  const records = models.map((_, index) => recordsOf(index, options));
  const group = { id: "all benchmarks", members: benchmarks };
  const runs = models.map((model, index) =>
    reportedRun(`run-${index}`, model, lmEval, records[index]!, {}, benchmarks.length > 1 ? [group] : []),
  );
  const compared = runs.map(({ label, manifest, summary }, index) => ({
    name: label,
    identity: manifest.identity,
    groups: summary.groups,
    benchmarks: new Map(
      benchmarks.map((benchmark) => [
        benchmark,
        {
          metric: "accuracy",
          answers: records[index]!.filter((record) => record.benchmark === benchmark).map((record) =>
            comparedAnswer(record, "accuracy"),
          ),
        },
      ]),
    ),
  }));
  return { report: { v: 1, runs }, comparison: models.length < 2 ? null : compareRuns(compared) };
}

function recordsOf(
  model: number,
  { benchmarks, items = 60, draws = 1, subjects = [] }: ChartDataOptions,
): ItemRecord[] {
  const random = numbers(model + 1);
  const next = () => random.next().value;
  return benchmarks.flatMap((benchmark, place) =>
    Array.from({ length: items * draws }, (_, index) => {
      const item = index % items;
      const gold = (item * 7 + place) % 4;
      const right = next() < 0.3 + 0.08 * model + 0.05 * (place % 5);
      const answer = right ? gold : Math.floor(next() ** 1.6 * 4);
      const margin = 0.2 + 3 * next() * (right ? 1.2 : 0.7);
      return continuationsRecord(benchmark, `item-${item}`, answer, gold, {
        draw: Math.floor(index / items),
        answer: answerOf(answer, margin),
        ...(subjects.length > 0 && { subject: subjects[item % subjects.length]! }),
      });
    }),
  );
}

/** An answer that is the surer the larger the margin is, in nats. */
function answerOf(chosen: number, margin: number): ItemRecord["answer"] {
  const logLikelihoods = [0, 1, 2, 3].map((index) => (index === chosen ? -1 : -1 - margin));
  const ones = [1, 1, 1, 1];
  const greedy = [false, false, false, false];
  return { scoring: "continuations", logLikelihoods, tokenCounts: ones, characters: ones, bytes: ones, greedy };
}
