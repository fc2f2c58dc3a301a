import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";
import type { Chart } from "./chart.ts";
import { comparisonChart } from "./comparison.ts";
import { forestChart } from "./forest.ts";
import { positionBiasChart } from "./positionBias.ts";
import { reliabilityChart } from "./reliability.ts";
import { benchmarksOf } from "./results.ts";
import { subjectsChart } from "./subjects.ts";

export type { Chart, ChartOptions } from "./chart.ts";
export { benchmarksOf } from "./results.ts";

/** All charts of a result, in the order in which they are shown. */
export const charts: readonly Chart[] = [
  forestChart,
  reliabilityChart,
  subjectsChart,
  comparisonChart,
  positionBiasChart,
];

/** Those that a result is shown with. @param plots the ones asked for; undefined for all @param compares whether its runs are compared */
export function chartsFor(plots: readonly string[] | undefined, compares: boolean): readonly Chart[] {
  return charts.filter(
    ({ id, needs }) => (plots === undefined || plots.includes(id)) && (compares || needs.compared !== true),
  );
}

/** What one picture shows. */
export interface ChartContent {
  readonly report: Report;
  readonly comparison: Comparison | null;
  /** Set where it shows this one alone. */
  readonly benchmark?: string;
}

/** What a chart draws of a result: one picture where it holds all, else one of each benchmark; none without data. */
export function chartContents(chart: Chart, report: Report, comparison: Comparison | null): ChartContent[] {
  if (chart.needs.missing(report, comparison) !== undefined) return [];
  if (!chart.crowded(report, comparison)) return [{ report, comparison }];
  return benchmarksOf(report)
    .map((benchmark) => onBenchmark({ report, comparison }, benchmark))
    .filter((content) => chart.needs.missing(content.report, content.comparison) === undefined);
}

/** The same with one of its benchmarks alone; p-values stay corrected over all of them. */
export function onBenchmark({ report, comparison }: ChartContent, benchmark: string): ChartContent {
  const here = (each: { readonly benchmark: string }) => each.benchmark === benchmark;
  const runs = report.runs.map((run) => ({
    ...run,
    summary: { ...run.summary, benchmarks: run.summary.benchmarks.filter(here), groups: [] },
  }));
  const compared = comparison && {
    ...comparison,
    pairs: comparison.pairs.filter(here),
    groups: [],
    refused: comparison.refused.filter(here),
  };
  return { report: { ...report, runs }, comparison: compared, benchmark };
}
