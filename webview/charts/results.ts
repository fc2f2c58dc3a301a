import type { BenchmarkSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import type { Report, ReportedRun } from "../../src/core/reports/report.ts";
import { t } from "../../src/core/pages/texts.ts";
import { decimalCell, type ValueCell } from "../../src/core/reports/cells.ts";
import { printable } from "./appearance.ts";

/** What charts call a run. */
export function runLabel({ label, partial }: ReportedRun): string {
  return printable(partial === undefined ? label : t("{0} (partial)", label));
}

/** The benchmarks of all runs, in the order of the first run that has them. */
export function benchmarksOf({ runs }: Report): string[] {
  return [...new Set(runs.flatMap(({ summary }) => summary.benchmarks.map(({ benchmark }) => benchmark)))];
}

/** A run's result on a benchmark, and the run's place in the report. */
export interface RunBenchmark {
  readonly index: number;
  readonly run: ReportedRun;
  readonly benchmark: BenchmarkSummary;
}

/** Results by benchmark, then by run. */
export function runBenchmarks(report: Report): RunBenchmark[] {
  return benchmarksOf(report).flatMap((name) =>
    report.runs.flatMap((run, index) => {
      const benchmark = run.summary.benchmarks.find((candidate) => candidate.benchmark === name);
      return benchmark === undefined ? [] : [{ index, run, benchmark }];
    }),
  );
}

/** Accuracy of blind guessing over the items with one right option; undefined for other metrics than accuracies. */
export function chanceAccuracy({ primaryMetric, draws }: BenchmarkSummary): number | undefined {
  if (!primaryMetric.startsWith("acc")) return undefined;
  const counts = draws[0]?.positionBias ?? [];
  const n = counts.reduce((sum, each) => sum + each.n, 0);
  return n === 0 ? undefined : counts.reduce((sum, each) => sum + each.n / each.options, 0) / n;
}

/** A value with the interval that a chart draws. */
export interface ShownEstimate {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Value and ends of the interval as cells; a missing number is an empty cell. */
export function estimateCells(estimate: ShownEstimate | null): ValueCell[] {
  return [estimate?.value, estimate?.interval?.low, estimate?.interval?.high].map(decimalCell);
}
