import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";
import type { Chart } from "./chart.ts";
import { comparisonChart } from "./comparison.ts";
import { forestChart } from "./forest.ts";
import { positionBiasChart } from "./positionBias.ts";
import { reliabilityChart } from "./reliability.ts";
import { subjectsChart } from "./subjects.ts";

export type { Chart, ChartOptions } from "./chart.ts";

/** All charts of a result, in the order in which they are shown. */
export const charts: readonly Chart[] = [
  forestChart,
  reliabilityChart,
  subjectsChart,
  comparisonChart,
  positionBiasChart,
];

/** A report with one of its benchmarks alone, for charts that would be very long with all of them. */
export function reportOnBenchmark(report: Report, benchmark: string): Report {
  const runs = report.runs.map((run) => ({
    ...run,
    summary: {
      ...run.summary,
      benchmarks: run.summary.benchmarks.filter((each) => each.benchmark === benchmark),
      groups: [],
    },
  }));
  return { ...report, runs };
}

/** The same for a comparison; p-values stay corrected over all of its benchmarks. */
export function comparisonOnBenchmark(comparison: Comparison, benchmark: string): Comparison {
  const here = (each: { readonly benchmark: string }) => each.benchmark === benchmark;
  return { ...comparison, pairs: comparison.pairs.filter(here), refused: comparison.refused.filter(here) };
}
