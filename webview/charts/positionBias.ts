import * as Plot from "@observablehq/plot";
import type { DrawSummary, PositionBiasSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import { formatP } from "../../src/core/reports/comparisonTable.ts";
import { t } from "../../src/core/pages/texts.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { decimalCell, numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { colors, printable, seriesStyle } from "./appearance.ts";
import { mostPanels, type Chart, type ChartOptions } from "./chart.ts";
import { panels } from "./panels.ts";
import { needs } from "./needs.ts";
import { drawing, sentences } from "./picture.ts";
import { estimateCells, runBenchmarks, runLabel, type ShownEstimate } from "./results.ts";

const caption = () => t("Choices and accuracy by the position of the options");

/** Where the right options stand, which positions a model chooses, and how accurate it is at each. */
export const positionBiasChart: Chart = {
  id: "positionBias",
  title: () => t("Position bias"),
  needs: needs.positions,
  crowded: (report) => biasesOf(report).length > mostPanels,
  draw,
  table,
};

interface Position {
  /** From 1. */
  readonly position: number;
  readonly gold: number;
  readonly predicted: number;
  /** Interval: null over several draws, whose answers to an item depend on one another. */
  readonly accuracy: ShownEstimate | null;
}

interface Bias {
  readonly index: number;
  readonly label: string;
  readonly benchmark: string;
  readonly options: number;
  readonly n: number;
  readonly draws: number;
  /** p of the Stuart-Maxwell test that choices and right options are spread alike; of a single draw only. */
  readonly p: number | null;
  readonly positions: readonly Position[];
}

function biasesOf(report: Report): Bias[] {
  return runBenchmarks(report).flatMap(({ index, run, benchmark }) => {
    const counts = [...new Set(benchmark.draws.flatMap(biasCounts))].sort((a, b) => a - b);
    return counts.map((options) => {
      const biases = benchmark.draws.flatMap(({ positionBias }) =>
        positionBias.filter((bias) => bias.options === options),
      );
      return {
        index,
        label: runLabel(run),
        benchmark: benchmark.benchmark,
        options,
        n: biases.reduce((sum, { n }) => sum + n, 0),
        draws: biases.length,
        p: biases.length === 1 ? (biases[0]!.againstGold?.pValue ?? null) : null,
        positions: poolPositions(biases),
      };
    });
  });
}

function biasCounts({ positionBias }: DrawSummary): number[] {
  return positionBias.map(({ options }) => options);
}

/** The positions of all draws together: counts add up, accuracies are weighted by them. */
function poolPositions(biases: readonly PositionBiasSummary[]): Position[] {
  return biases[0]!.positions.map(({ position, accuracy }, index) => {
    const all = biases.map(({ positions }) => positions[index]!);
    const sum = (of: (each: (typeof all)[number]) => number) => all.reduce((total, each) => total + of(each), 0);
    const gold = sum((each) => each.gold);
    const pooled = { value: sum((each) => (each.accuracy?.value ?? 0) * each.gold) / gold, interval: null };
    return {
      position: position + 1,
      gold,
      predicted: sum((each) => each.predicted),
      accuracy: gold === 0 ? null : biases.length === 1 ? accuracy : pooled,
    };
  });
}

const height = 190;

function draw(report: Report, _comparison: unknown, options: ChartOptions): SVGSVGElement {
  const biases = biasesOf(report);
  const several = report.runs.length > 1;
  const described = biases.map((bias) => {
    const list = (of: (at: Position) => string | number) => bias.positions.map(of).join(", ");
    return t(
      "{0} on {1}: chosen {2} times, right {3} times, accuracy {4}",
      bias.label,
      bias.benchmark,
      list((at) => at.predicted),
      list((at) => at.gold),
      list((at) => decimalCell(at.accuracy?.value).text || t("none")),
    );
  });
  return panels(
    biases.map((bias) => ({
      heading: several
        ? [bias.label, printable(bias.benchmark), ...summaryOf(bias)]
        : [printable(bias.benchmark), ...summaryOf(bias)],
      draw: (width) => [{ x: 0, y: 0, drawing: panel(bias, width, options) }],
    })),
    [
      { label: t("right option here (share)"), color: colors.text, mark: "outline" },
      { label: t("chosen (share)"), color: colors.faint, mark: "bar" },
      { label: t("accuracy where the right option is here"), color: colors.text, mark: "circle" },
    ],
    { width: 200, height: () => height },
    {
      title: caption(),
      description: `${t("By position from the first option on.")} ${printable(sentences(described))}.`,
    },
    options,
  );
}

function summaryOf({ options, n, p, draws }: Bias): string[] {
  const test = p === null ? [] : [t("choices against right: p {0}", formatP(p))];
  return [`${t("{0} options", options)}, n ${n}${draws > 1 ? ` (${t("{0} draws", draws)})` : ""}`, ...test];
}

function panel({ index, n, positions }: Bias, width: number, options: ChartOptions): SVGSVGElement {
  const { color, symbol } = seriesStyle(index);
  const known = positions.flatMap(({ position, accuracy }) => (accuracy === null ? [] : [{ position, ...accuracy }]));
  const withInterval = known.filter(({ interval }) => interval !== null);
  const share = (side: -1 | 1, count: "gold" | "predicted") => ({
    x1: (d: Position) => d.position + (side < 0 ? -0.3 : 0),
    x2: (d: Position) => d.position + (side < 0 ? 0 : 0.3),
    y1: 0,
    y2: (d: Position) => d[count] / n,
  });
  const axis = { fontSize: 11, tickSize: 4, labelAnchor: "center", labelArrow: "none" } as const;
  return drawing(options, {
    width,
    height,
    marginLeft: 40,
    marginRight: 8,
    marginTop: 6,
    marginBottom: 36,
    x: { domain: [0.5, positions.length + 0.5] },
    y: { domain: [0, 1] },
    marks: [
      Plot.gridY({ stroke: colors.text, strokeOpacity: 0.1, ticks: 5 }),
      Plot.axisY({ ...axis, label: t("share, accuracy"), labelOffset: 38, ticks: 5 }),
      Plot.axisX({
        ...axis,
        label: t("position"),
        labelOffset: 32,
        ticks: positions.map(({ position }) => position),
        tickFormat: String,
      }),
      Plot.rect(positions, {
        ...share(-1, "gold"),
        fill: "none",
        stroke: colors.text,
        title: (d: Position) => t("position {0}: right in {1} of {2}", d.position, d.gold, n),
      }),
      Plot.rect(positions, {
        ...share(1, "predicted"),
        fill: colors.faint,
        fillOpacity: 0.6,
        title: (d: Position) => t("position {0}: chosen in {1} of {2}", d.position, d.predicted, n),
      }),
      Plot.ruleY([0], { stroke: colors.text }),
      Plot.ruleX(withInterval, {
        x: "position",
        y1: (d: (typeof known)[number]) => d.interval!.low,
        y2: (d: (typeof known)[number]) => d.interval!.high,
        stroke: color,
        strokeWidth: 2,
      }),
      Plot.dot(known, {
        x: "position",
        y: "value",
        symbol,
        r: 4.5,
        fill: color,
        stroke: colors.background,
        title: (d: (typeof known)[number]) => t("position {0}: accuracy {1}", d.position, d.value.toFixed(3)),
      }),
    ],
  });
}

function table(report: Report): Table {
  const biases = biasesOf(report);
  return {
    caption: caption(),
    columns: [
      textColumn("model"),
      textColumn("benchmark"),
      numberColumn("options"),
      numberColumn("position"),
      numberColumn("right", "right here"),
      numberColumn("chosen"),
      numberColumn("accuracy"),
      numberColumn("low"),
      numberColumn("high"),
    ],
    rows: biases.flatMap(({ label, benchmark, options, positions }) =>
      positions.map(({ position, gold, predicted, accuracy }) => [
        label,
        benchmark,
        ...[options, position, gold, predicted].map((count) => numberCell(count)),
        ...estimateCells(accuracy),
      ]),
    ),
    notes: biases.some(({ draws }) => draws > 1)
      ? [t("Over several draws the answers are pooled and have no interval: those to one item depend on one another.")]
      : [],
  };
}
