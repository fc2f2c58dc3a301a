import { betterRun, significanceLevel, type Comparison, type Pair } from "../../src/core/reports/comparison.ts";
import { formatP, pCell, signed } from "../../src/core/reports/comparisonTable.ts";
import { decimalCell, formatInterval, numberCell } from "../../src/core/reports/cells.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { colors, printable } from "./appearance.ts";
import { mostRows, type Chart, type ChartOptions } from "./chart.ts";
import { intervalPlot, type IntervalRow } from "./intervalPlot.ts";
import { emptyPicture, sentences } from "./picture.ts";

const title = "Paired differences with 95 % intervals";

/** Differences of two models over the items that both answered; those that the corrected test supports stand out. */
export const comparisonChart: Chart = {
  id: "comparison",
  title: "Comparison",
  missing: (_report, comparison) => {
    if (comparison === null) return "A comparison needs two models that answered the same items.";
    if (comparison.pairs.length > 0) return undefined;
    return ["Nothing can be compared.", ...new Set(comparison.refused.map(({ reason }) => reason))].join(" ");
  },
  crowded: (_report, comparison) => (comparison?.pairs.length ?? 0) > mostRows,
  draw,
  table,
};

function draw(report: Report, comparison: Comparison | null, options: ChartOptions): SVGSVGElement {
  const reason = comparisonChart.missing(report, comparison);
  if (comparison === null || reason !== undefined) return emptyPicture(options, title, reason ?? "");
  const { pairs } = comparison;
  const benchmarks = [...new Set(pairs.map(({ benchmark }) => benchmark))];
  const described = pairs.map((pair) => `${pairTitle(pair)} on ${pair.benchmark}: ${pairText(pair)}`);
  const percent = pairs.every(({ metric }) => metric.startsWith("acc"));
  return intervalPlot(
    {
      title,
      description: `${printable(sentences(described))}. ${supportSentence(pairs)}`,
      sections: benchmarks.map((benchmark) => ({
        heading: printable(benchmark),
        rows: pairs.filter((pair) => pair.benchmark === benchmark).map(rowOf),
      })),
      axis: `difference in ${percent ? "accuracy" : "result"} (first − second)`,
      limits: [-1, 1],
      reference: 0,
      legend: [
        { label: `supported: p (Holm) < ${significanceLevel}`, ...styles.supported, mark: styles.supported.symbol },
        { label: "not supported", ...styles.open, mark: styles.open.symbol },
      ],
    },
    options,
  );
}

const styles = {
  supported: { color: "var(--vscode-charts-blue, #0072b2)", symbol: "diamond", hollow: false },
  open: { color: colors.faint, symbol: "circle", hollow: true },
} as const;

function rowOf(pair: Pair): IntervalRow {
  const supported = betterRun(pair) !== undefined;
  return {
    label: [printable(pair.first.run), `− ${printable(pair.second.run)}`],
    text: `${signed(pair.difference)} (${formatInterval(pair.interval)})  p ${formatP(pair.adjusted)}`,
    strong: supported,
    marks: [
      {
        value: pair.difference,
        interval: pair.interval,
        ...(supported ? styles.supported : styles.open),
        title: printable(`${pairTitle(pair)} on ${pair.benchmark}\n${pairText(pair)}, n ${pair.n}`),
      },
    ],
  };
}

function pairTitle({ first, second }: Pair): string {
  return `${first.run} − ${second.run}`;
}

function pairText(pair: Pair): string {
  return `${signed(pair.difference)} (${formatInterval(pair.interval)}), p (Holm) ${formatP(pair.adjusted)}`;
}

function supportSentence(pairs: readonly Pair[]): string {
  const supported = pairs.filter((pair) => betterRun(pair) !== undefined).length;
  return `${supported} of ${pairs.length} differences are supported at p (Holm) < ${significanceLevel}.`;
}

function table(_report: Report, comparison: Comparison | null): Table {
  return {
    caption: title,
    columns: [
      textColumn("benchmark"),
      textColumn("first"),
      textColumn("second"),
      numberColumn("difference"),
      numberColumn("low"),
      numberColumn("high"),
      numberColumn("pHolm", "p (Holm)"),
      textColumn("supported"),
      numberColumn("n"),
    ],
    rows: (comparison?.pairs ?? []).map((pair) => [
      pair.benchmark,
      pair.first.run,
      pair.second.run,
      numberCell(pair.difference, signed(pair.difference)),
      decimalCell(pair.interval?.low),
      decimalCell(pair.interval?.high),
      pCell(pair.adjusted),
      betterRun(pair) === undefined ? "no" : "yes",
      numberCell(pair.n),
    ]),
  };
}
