import * as Plot from "@observablehq/plot";
import type { CalibrationSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import { t } from "../../src/core/pages/texts.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { decimalCell, numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { meanOverDraws } from "../../src/core/statistics/mean.ts";
import { wilsonInterval } from "../../src/core/statistics/proportion.ts";
import { colors, printable, seriesStyle, type SeriesSymbol } from "./appearance.ts";
import { mostPanels, type Chart, type ChartOptions } from "./chart.ts";
import { panels } from "./panels.ts";
import { needs } from "./needs.ts";
import { drawing, sentences, type LegendEntry, type Part } from "./picture.ts";
import { runBenchmarks, runLabel } from "./results.ts";
import { largest } from "../../src/core/lists.ts";

const caption = () => t("Reliability: accuracy by confidence");

/** How far the confidence of each model on each benchmark can be trusted. */
export const reliabilityChart: Chart = {
  id: "reliability",
  title: () => t("Reliability"),
  needs: needs.probabilities,
  crowded: (report) => diagramsOf(report).length > mostPanels,
  draw,
  table,
};

interface Bin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
  /** Null for an empty bin, and over several draws, whose answers to an item depend on one another. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

interface Diagram {
  readonly index: number;
  readonly label: string;
  readonly benchmark: string;
  readonly n: number;
  readonly draws: number;
  /** Expected calibration error, ten bins of equal width; mean over draws. */
  readonly ece: number;
  readonly bins: readonly Bin[];
}

function diagramsOf(report: Report): Diagram[] {
  return runBenchmarks(report).flatMap(({ index, run, benchmark }) => {
    const draws = benchmark.draws.flatMap(({ calibration }) => calibration?.renormalised ?? []);
    if (draws.length === 0) return [];
    return [
      {
        index,
        label: runLabel(run),
        benchmark: benchmark.benchmark,
        n: draws.reduce((sum, { n }) => sum + n, 0),
        draws: draws.length,
        ece: meanOverDraws(draws.map(({ ece }) => ece)).mean,
        bins: poolBins(draws),
      },
    ];
  });
}

/** The bins of all draws together: counts add up, means are weighted by them. */
function poolBins(draws: readonly CalibrationSummary[]): Bin[] {
  return draws[0]!.bins.map(({ low, high }, index) => {
    const bins = draws.map(({ bins }) => bins[index]!);
    const n = bins.reduce((sum, bin) => sum + bin.n, 0);
    const weighted = (of: (bin: (typeof bins)[number]) => number | null) =>
      n === 0 ? null : bins.reduce((sum, bin) => sum + bin.n * (of(bin) ?? 0), 0) / n;
    const accuracy = weighted((bin) => bin.accuracy);
    const single = draws.length === 1 && accuracy !== null;
    return {
      low,
      high,
      n,
      confidence: weighted((bin) => bin.meanConfidence),
      accuracy,
      interval: single ? wilsonInterval(Math.round(accuracy * n), n) : null,
    };
  });
}

const stripHeight = 44;
const stripAxis = 34;
const margins = { marginLeft: 40, marginRight: 8 };
const diagramHeight = (width: number) => width - margins.marginLeft - margins.marginRight + 10;

function draw(report: Report, _comparison: unknown, options: ChartOptions): SVGSVGElement {
  const diagrams = diagramsOf(report);
  const described = diagrams.map(({ label, benchmark, ece, n }) =>
    t("{0} on {1}: expected calibration error {2}, n {3}", label, benchmark, ece.toFixed(3), n),
  );
  const several = report.runs.length > 1;
  const keys: LegendEntry[] = [
    { label: t("as accurate as confident"), color: colors.faint, mark: "dashes" },
    { label: t("answers in a bin (height: share of the largest)"), color: colors.faint, mark: "bar" },
  ];
  return panels(
    diagrams.map((diagram) => ({
      heading: several
        ? [diagram.label, printable(diagram.benchmark), summaryOf(diagram)]
        : [printable(diagram.benchmark), summaryOf(diagram)],
      draw: (width) => panelParts(diagram, width, options),
    })),
    keys,
    { width: 200, height: (width) => diagramHeight(width) + stripHeight + stripAxis },
    { title: caption(), description: `${printable(sentences(described))}.` },
    options,
  );
}

function summaryOf({ ece, n, draws }: Diagram): string {
  return `ECE ${ece.toFixed(3)}, n ${n}${draws > 1 ? ` (${t("{0} draws", draws)})` : ""}`;
}

function panelParts(diagram: Diagram, width: number, options: ChartOptions): Part[] {
  const height = diagramHeight(width);
  return [
    { x: 0, y: 0, drawing: curve(diagram, width, height, options) },
    { x: 0, y: height, drawing: strip(diagram, width, options) },
  ];
}

const axis = { fontSize: 11, tickSize: 4, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] } as const;

function curve({ index, bins }: Diagram, width: number, height: number, options: ChartOptions): SVGSVGElement {
  const points = bins.filter((bin) => bin.confidence !== null);
  const { color, symbol } = seriesStyle(index);
  return drawing(options, {
    width,
    height,
    ...margins,
    marginTop: 6,
    marginBottom: 4,
    x: { domain: [0, 1], axis: null },
    y: { domain: [0, 1] },
    marks: [
      Plot.frame({ stroke: colors.text, strokeOpacity: 0.25 }),
      Plot.gridY(axis.ticks, { stroke: colors.text, strokeOpacity: 0.1 }),
      Plot.axisY({ ...axis, label: t("accuracy"), labelAnchor: "center", labelArrow: "none", labelOffset: 38 }),
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: colors.faint, strokeDasharray: "4,3" },
      ),
      Plot.ruleX(
        points.filter(({ interval }) => interval !== null),
        {
          x: "confidence",
          y1: (d: Bin) => d.interval!.low,
          y2: (d: Bin) => d.interval!.high,
          stroke: color,
          strokeWidth: 1.5,
        },
      ),
      Plot.line(points, { x: "confidence", y: "accuracy", stroke: color, strokeWidth: 1 }),
      Plot.dot(points, {
        x: "confidence",
        y: "accuracy",
        symbol: symbol satisfies SeriesSymbol,
        r: 4,
        fill: color,
        stroke: color,
        title: binTitle,
      }),
    ],
  });
}

function binTitle({ low, high, n, confidence, accuracy }: Bin): string {
  const range = t("confidence {0} to {1}", low.toFixed(1), high.toFixed(1));
  const found = t("{0}: {1} answers, mean {2}", range, n, decimalCell(confidence).text);
  return `${found}\n${t("accuracy {0}", decimalCell(accuracy).text)}`;
}

function strip({ bins }: Diagram, width: number, options: ChartOptions): SVGSVGElement {
  const most = largest(bins.map(({ n }) => n));
  return drawing(options, {
    width,
    height: stripHeight + stripAxis,
    ...margins,
    marginTop: 14,
    marginBottom: stripAxis,
    x: { domain: [0, 1] },
    y: { domain: [0, most], axis: null },
    marks: [
      Plot.rect(bins, {
        x1: "low",
        x2: "high",
        y1: 0,
        y2: "n",
        fill: colors.faint,
        fillOpacity: 0.6,
        title: binTitle,
        inset: 0.5,
      }),
      Plot.text(
        bins.filter(({ n }) => n > 0),
        {
          x: (d: Bin) => (d.low + d.high) / 2,
          y: "n",
          text: (d: Bin) => String(d.n),
          dy: -6,
          fontSize: width > 280 ? 10 : 9,
        },
      ),
      Plot.axisX({ ...axis, label: t("confidence"), labelAnchor: "center", labelArrow: "none", labelOffset: 30 }),
    ],
  });
}

function table(report: Report): Table {
  const diagrams = diagramsOf(report);
  return {
    caption: caption(),
    columns: [
      textColumn("model"),
      textColumn("benchmark"),
      numberColumn("from", "bin from"),
      numberColumn("to", "bin to"),
      numberColumn("n"),
      numberColumn("confidence", "mean confidence"),
      numberColumn("accuracy"),
      numberColumn("low"),
      numberColumn("high"),
    ],
    rows: diagrams.flatMap(({ label, benchmark, bins }) =>
      bins.map(({ low, high, n, confidence, accuracy, interval }) => [
        label,
        benchmark,
        numberCell(low, low.toFixed(1)),
        numberCell(high, high.toFixed(1)),
        numberCell(n),
        ...[confidence, accuracy, interval?.low, interval?.high].map(decimalCell),
      ]),
    ),
    notes: [
      ...diagrams.map((diagram) => `${t("{0} on {1}: {2}", diagram.label, diagram.benchmark, summaryOf(diagram))}.`),
      ...(diagrams.some(({ draws }) => draws > 1)
        ? [
            t(
              "Over several draws the bins are pooled and have no interval: the answers to an item depend on one another.",
            ),
          ]
        : []),
    ],
  };
}
