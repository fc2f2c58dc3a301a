import type { GroupSummary, OverDraws } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import { isBest, significanceLevel, type Comparison } from "../../src/core/reports/comparison.ts";
import { t } from "../../src/core/pages/texts.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { decimalCell, numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { colors, printable, seriesStyle } from "./appearance.ts";
import { mostRows, type Chart, type ChartOptions } from "./chart.ts";
import { estimateText, intervalPlot, type IntervalRow, type IntervalSection } from "./intervalPlot.ts";
import { needs } from "./needs.ts";
import { sentences } from "./picture.ts";
import { benchmarksOf, chanceAccuracy, runBenchmarks, runLabel } from "./results.ts";

const caption = () => t("Results with 95 % intervals");

interface ForestEntry {
  /** The benchmark or group. */
  readonly name: string;
  readonly group: boolean;
  readonly metric: string;
  readonly index: number;
  readonly label: string;
  readonly estimate: OverDraws;
  readonly chance: number | undefined;
  readonly best: boolean;
}

/** Results of all models on all benchmarks, then on the groups of benchmarks, with their intervals. */
export const forestChart: Chart = {
  id: "forest",
  title: () => t("Results"),
  needs: needs.results,
  usesComparison: true,
  crowded: (report) => entriesOf(report, null).length > mostRows,
  draw,
  table,
};

function entriesOf(report: Report, comparison: Comparison | null): ForestEntry[] {
  const benchmarks = runBenchmarks(report).map(({ index, run, benchmark }) => ({
    name: benchmark.benchmark,
    group: false,
    metric: benchmark.primaryMetric,
    index,
    label: runLabel(run),
    estimate: benchmark.metrics[benchmark.primaryMetric]!,
    chance: chanceAccuracy(benchmark),
    best: comparison !== null && isBest(comparison, run.label, benchmark.benchmark),
  }));
  return [...benchmarks, ...groupEntries(report)];
}

function groupEntries({ runs }: Report): ForestEntry[] {
  const names = [...new Set(runs.flatMap(({ summary }) => summary.groups.map(({ group }) => group)))];
  return names.flatMap((name) =>
    runs.flatMap((run, index) =>
      run.summary.groups
        .filter(({ group }) => group === name)
        .map((group) => ({
          name,
          group: true,
          metric: groupMetric(group),
          index,
          label: runLabel(run),
          estimate: group.accuracy,
          chance: undefined,
          best: false,
        })),
    ),
  );
}

function groupMetric({ aggregation }: GroupSummary): string {
  return aggregation === "bySize" ? t("accuracy") : t("mean of accuracies");
}

function draw(report: Report, comparison: Comparison | null, options: ChartOptions): SVGSVGElement {
  const entries = entriesOf(report, comparison);
  const chance = entries.some((entry) => entry.chance !== undefined);
  const metrics = [...new Set(entries.map(({ metric }) => metric))];
  const accuracies = report.runs.every(({ summary }) =>
    summary.benchmarks.every(({ primaryMetric }) => primaryMetric.startsWith("acc")),
  );
  const described = entries.map(({ label, name, estimate }) =>
    t("{0} on {1}: {2}", label, name, estimateText(estimate)),
  );
  return intervalPlot(
    {
      title: caption(),
      description: `${printable(sentences(described))}.`,
      sections: report.runs.length === 1 ? sectionsOfOneRun(entries) : sectionsByBenchmark(report, entries),
      axis: accuracies ? t("accuracy") : metrics.join(", "),
      limits: [0, 1],
      legend: [
        ...(chance ? [{ label: t("chance"), color: colors.faint, mark: "dashes" as const }] : []),
        ...(entries.some(({ best }) => best)
          ? [
              {
                label: t("bold: better than every other, p (Holm) < {0}", significanceLevel),
                color: "none",
                mark: "outline" as const,
              },
            ]
          : []),
      ],
    },
    options,
  );
}

function sectionsOfOneRun(entries: readonly ForestEntry[]): IntervalSection[] {
  const ofGroups = entries.filter(({ group }) => group);
  const rows = (of: readonly ForestEntry[]) => of.map((entry) => rowOf(entry, entry.name));
  const benchmarks = rows(entries.filter(({ group }) => !group));
  if (ofGroups.length === 0) return [{ rows: benchmarks }];
  return [
    { heading: t("Benchmarks"), rows: benchmarks },
    { heading: t("Groups"), rows: rows(ofGroups) },
  ];
}

function sectionsByBenchmark(report: Report, entries: readonly ForestEntry[]): IntervalSection[] {
  const names = [...new Set([...benchmarksOf(report), ...entries.map(({ name }) => name)])];
  return names.map((name) => ({
    heading: printable(name),
    rows: entries.filter((entry) => entry.name === name).map((entry) => rowOf(entry, entry.label)),
  }));
}

function rowOf(entry: ForestEntry, label: string): IntervalRow {
  const { estimate, best, chance, group, index } = entry;
  const style = seriesStyle(index);
  const title = printable(
    t("{0} on {1}", entry.label, entry.name) + `\n${entry.metric} ${estimateText(estimate)}, n ${estimate.n}`,
  );
  return {
    label: printable(label),
    text: estimateText(estimate),
    strong: best,
    chance,
    marks: [{ value: estimate.value, interval: estimate.interval, ...style, hollow: group, title }],
  };
}

function table(report: Report, comparison: Comparison | null): Table {
  const entries = entriesOf(report, comparison);
  return {
    caption: caption(),
    columns: [
      textColumn("model"),
      textColumn("benchmark"),
      textColumn("metric"),
      numberColumn("result"),
      numberColumn("low"),
      numberColumn("high"),
      numberColumn("n"),
      numberColumn("sd", "SD over draws"),
      numberColumn("chance"),
    ],
    rows: entries.map(({ label, name, metric, estimate, chance, best }) => [
      label,
      name,
      metric,
      { ...decimalCell(estimate.value), strong: best },
      decimalCell(estimate.interval?.low),
      decimalCell(estimate.interval?.high),
      numberCell(estimate.n),
      decimalCell(estimate.values.length > 1 ? estimate.populationSd : undefined),
      decimalCell(chance),
    ]),
  };
}
