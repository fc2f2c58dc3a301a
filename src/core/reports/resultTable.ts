import type { DrawSummary, EvaluationSummary, OverDraws } from "../evaluation/summary/evaluationSummary.ts";
import type { Table } from "./table.ts";

/** One evaluation run as a row, or several, of a table of results. */
export interface ResultRun {
  /** What the table calls the model. */
  readonly model: string;
  readonly summary: EvaluationSummary;
}

/**
 * The results of one or more runs. Each row says how many items it is computed from, the 95 % interval, the protocol,
 * the number of few-shot examples and how many answers were invalid: no number without them.
 */
export function resultTable(runs: readonly ResultRun[]): Table {
  return {
    columns: [
      { title: "model", align: "left" },
      { title: "benchmark", align: "left" },
      { title: "metric", align: "left" },
      { title: "result", align: "right" },
      { title: "95 % interval", align: "left" },
      { title: "n", align: "right" },
      { title: "shots", align: "right" },
      { title: "invalid", align: "right" },
      { title: "failed", align: "right" },
      { title: "protocol", align: "left" },
    ],
    rows: runs.flatMap(rowsOf),
    notes: notesOf(runs),
  };
}

function rowsOf({ model, summary }: ResultRun): string[][] {
  const protocol = summary.protocol.id;
  const benchmarks = summary.benchmarks.map(({ benchmark, primaryMetric, metrics, draws }) => [
    model,
    benchmark,
    primaryMetric,
    ...estimate(metrics[primaryMetric]!),
    shots(draws),
    ...counts(draws),
    protocol,
  ]);
  const groups = summary.groups.map(({ group, benchmarks: members, accuracy, aggregation }) => {
    const draws = summary.benchmarks.filter(({ benchmark }) => members.includes(benchmark)).flatMap((of) => of.draws);
    const metric = aggregation === "bySize" ? "accuracy" : "mean of accuracies";
    return [model, group, metric, ...estimate(accuracy), shots(draws), ...counts(draws), protocol];
  });
  return [...benchmarks, ...groups];
}

/** Value (± standard deviation over several draws), interval and n. */
function estimate({ value, interval, n, values, populationSd }: OverDraws): string[] {
  const spread = values.length > 1 ? ` ± ${populationSd.toFixed(3)}` : "";
  const range = interval === null ? "–" : `[${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  return [value.toFixed(3) + spread, range, String(n)];
}

/** `3`, or `1–3` where some did not fit. */
function shots(draws: readonly DrawSummary[]): string {
  const fewest = Math.min(...draws.map((draw) => draw.shots.fewest));
  const most = Math.max(...draws.map((draw) => draw.shots.most));
  return fewest === most ? String(most) : `${fewest}–${most}`;
}

function counts(draws: readonly DrawSummary[]): string[] {
  return (["invalid", "failed"] as const).map((field) => String(total(draws, field)));
}

function total(draws: readonly DrawSummary[], field: "invalid" | "failed" | "truncated" | "shortened"): number {
  return draws.reduce((sum, draw) => sum + draw[field], 0);
}

/** What a reader must know to understand the numbers, where it applies. */
function notesOf(runs: readonly ResultRun[]): string[] {
  const benchmarks = runs.flatMap(({ summary }) => summary.benchmarks);
  const draws = benchmarks.flatMap((benchmark) => benchmark.draws);
  const severalDraws = benchmarks.some((benchmark) => benchmark.draws.length > 1);
  const truncated = total(draws, "truncated");
  const shortened = total(draws, "shortened");
  return [
    ...(severalDraws ? ["±: population standard deviation over few-shot draws; n counts an item once a draw."] : []),
    ...(total(draws, "invalid") > 0 ? ["Invalid answers count as wrong."] : []),
    ...(total(draws, "failed") > 0 ? ["Failed items could not be evaluated and count as wrong."] : []),
    ...(truncated > 0 ? [`Prompts that did not fit the context and were cut at the left: ${truncated}.`] : []),
    ...(shortened > 0 ? [`Prompts that did not fit the context and lost few-shot examples: ${shortened}.`] : []),
  ];
}
