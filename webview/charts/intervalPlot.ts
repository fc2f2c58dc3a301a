import * as Plot from "@observablehq/plot";
import { formatInterval } from "../../src/core/reports/cells.ts";
import { colors, fontSize, textWidth, type SeriesSymbol } from "./appearance.ts";
import type { ChartOptions } from "./chart.ts";
import { drawing, legend, picture, type LegendEntry, type Part, type PictureText } from "./picture.ts";
import type { ShownEstimate } from "./results.ts";
import { append, largest, smallest } from "../../src/core/lists.ts";

/** A value with its interval in a row. */
export interface IntervalMark extends ShownEstimate {
  readonly color: string;
  readonly symbol: SeriesSymbol;
  readonly hollow?: boolean;
  /** Shown when pointed at. */
  readonly title: string;
}

export interface IntervalRow {
  /** One name, or several under each other. */
  readonly label: string | readonly string[];
  /** Several are drawn one under the other. */
  readonly marks: readonly IntervalMark[];
  /** What stands at the right of the row, where there is room. */
  readonly text?: string;
  readonly strong?: boolean;
  /** Value that guessing gives. */
  readonly chance?: number | undefined;
}

export interface IntervalSection {
  /** Stands above the rows; without it they stand alone. */
  readonly heading?: string;
  readonly rows: readonly IntervalRow[];
}

export interface IntervalPlot extends PictureText {
  readonly sections: readonly IntervalSection[];
  /** What is on the horizontal axis. */
  readonly axis: string;
  /** Ends that the axis does not pass. */
  readonly limits: readonly [number, number];
  /** A value with a line of its own over all rows. */
  readonly reference?: number;
  readonly legend: readonly LegendEntry[];
}

const rowHeight = 21;
const labelLine = 15;
const markHeight = 11;
const headingHeight = 26;
const indent = 12;

interface PlacedRow extends IntervalRow {
  readonly y: number;
  readonly top: number;
  readonly bottom: number;
}

type PlacedMark = IntervalMark & { readonly y: number };

/** Draws values with intervals in rows under headings, names at the left, and numbers at the right where there is room. */
export function intervalPlot(plot: IntervalPlot, options: ChartOptions): SVGSVGElement {
  const { width } = options;
  const { headings, rows, marks, bottom } = place(plot.sections);
  const keys = legend(options, plot.legend);
  const legendHeight = plot.legend.length > 0 ? keys.height + 6 : 0;
  const axisHeight = 40;
  const body = drawing(options, {
    width,
    height: bottom + axisHeight,
    marginBottom: axisHeight,
    ...marginsOf(plot.sections, width),
    x: { domain: domainOf(plot, rows) },
    y: { type: "identity", axis: null },
    marks: [...backgroundMarks(plot, rows, bottom), ...valueMarks(marks), ...textMarks(headings, rows, width)],
  });
  const parts: Part[] = [{ x: 0, y: legendHeight, drawing: body }];
  if (plot.legend.length > 0) parts.unshift({ x: 2, y: 0, drawing: keys.drawing });
  return picture(options, legendHeight + bottom + axisHeight, parts, plot);
}

function place(sections: readonly IntervalSection[]) {
  const headings: { text: string; y: number }[] = [];
  const rows: PlacedRow[] = [];
  const marks: PlacedMark[] = [];
  let y = 4;
  for (const section of sections) {
    if (section.heading !== undefined) {
      headings.push({ text: section.heading, y: y + headingHeight / 2 + 2 });
      y += headingHeight;
    }
    for (const row of section.rows) {
      const lines = linesOf(row).length;
      const height = Math.max(rowHeight + (lines - 1) * labelLine, row.marks.length * markHeight + 8);
      const first = y + height / 2 - ((row.marks.length - 1) * markHeight) / 2;
      rows.push({ ...row, y: y + height / 2, top: y, bottom: y + height });
      append(
        marks,
        row.marks.map((mark, index) => ({ ...mark, y: first + index * markHeight })),
      );
      y += height;
    }
  }
  return { headings, rows, marks, bottom: y + 4 };
}

function linesOf({ label }: IntervalRow): readonly string[] {
  return typeof label === "string" ? [label] : label;
}

/** Room for the names and, at the right, for the numbers where the chart is wide enough. */
function marginsOf(sections: readonly IntervalSection[], width: number) {
  const rows = sections.flatMap((section) => section.rows);
  const inset = sections.some(({ heading }) => heading !== undefined) ? indent : 0;
  const names = Math.max(0, largest(rows.flatMap(linesOf).map((line) => inset + textWidth(line))));
  const numbers = Math.max(0, largest(rows.map(({ text = "" }) => textWidth(text))));
  const marginLeft = Math.min(names + 16, width * 0.42);
  const wide = numbers > 0 && width - marginLeft - numbers > 180;
  return { marginLeft, marginRight: wide ? numbers + 20 : 16 };
}

function domainOf({ limits, reference }: IntervalPlot, rows: readonly IntervalRow[]): [number, number] {
  const values = rows.flatMap(({ marks, chance }) => [
    ...marks.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]),
    ...(chance === undefined ? [] : [chance]),
  ]);
  if (reference !== undefined) values.push(reference);
  const [low, high] = [smallest(values), largest(values)];
  const space = Math.max((high - low) * 0.06, 0.01);
  return [Math.max(limits[0], low - space), Math.min(limits[1], high + space)];
}

function backgroundMarks(
  { reference, axis }: IntervalPlot,
  rows: readonly PlacedRow[],
  bottom: number,
): Plot.Markish[] {
  return [
    Plot.gridX({ stroke: colors.text, strokeOpacity: 0.12 }),
    Plot.ruleY(rows, { y: "bottom", stroke: colors.text, strokeOpacity: 0.1 }),
    Plot.ruleX(
      rows.filter(({ chance }) => chance !== undefined),
      { x: "chance", y1: "top", y2: "bottom", stroke: colors.faint, strokeDasharray: "4,3", strokeWidth: 1.5 },
    ),
    ...(reference === undefined ? [] : [Plot.ruleX([reference], { y1: 0, y2: bottom, stroke: colors.text })]),
    Plot.axisX({
      fontSize: 11,
      color: colors.text,
      ticks: 6,
      tickSize: 4,
      label: axis,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 34,
    }),
  ];
}

function valueMarks(marks: readonly PlacedMark[]): Plot.Markish[] {
  return [
    Plot.ruleY(
      marks.filter(({ interval }) => interval !== null),
      {
        x1: (d: PlacedMark) => d.interval!.low,
        x2: (d: PlacedMark) => d.interval!.high,
        y: "y",
        stroke: (d: PlacedMark) => d.color,
        strokeWidth: 2,
        title: "title",
      },
    ),
    ...marks.map(({ value, y, color, symbol, hollow, title }) =>
      Plot.dot([value], {
        x: [value],
        y: [y],
        symbol,
        r: 4.5,
        stroke: color,
        strokeWidth: 1.5,
        fill: hollow ? colors.background : color,
        title: [title],
      }),
    ),
  ];
}

function textMarks(
  headings: readonly { text: string; y: number }[],
  rows: readonly PlacedRow[],
  width: number,
): Plot.Markish[] {
  const { marginLeft, marginRight } = marginsOf([{ rows, ...(headings.length > 0 && { heading: "" }) }], width);
  const left = { frameAnchor: "left", textAnchor: "start", y: "y", fontSize } as const;
  const inset = headings.length > 0 ? indent : 0;
  const name = (fontWeight: "bold" | "normal") =>
    Plot.text(rows.filter((row) => weightOf(row) === fontWeight).flatMap(placedLines), {
      ...left,
      text: "line",
      dx: -marginLeft + inset + 2,
      lineWidth: (marginLeft - inset - 10) / fontSize,
      textOverflow: "ellipsis-middle",
      fontWeight,
    });
  const numbers = (fontWeight: "bold" | "normal") =>
    Plot.text(
      rows.filter((row) => row.text !== undefined && weightOf(row) === fontWeight),
      {
        frameAnchor: "right",
        textAnchor: "end",
        y: "y",
        fontSize,
        text: "text",
        dx: marginRight - 4,
        fontWeight,
        fontVariant: "tabular-nums",
      },
    );
  return [
    Plot.text(headings, {
      ...left,
      text: "text",
      fontWeight: "bold",
      dx: -marginLeft + 2,
      lineWidth: (width - 8) / fontSize,
      textOverflow: "ellipsis-middle",
    }),
    name("normal"),
    name("bold"),
    ...(marginRight > 16 ? [numbers("normal"), numbers("bold")] : []),
  ];
}

function weightOf({ strong }: PlacedRow): "bold" | "normal" {
  return strong === true ? "bold" : "normal";
}

function placedLines(row: PlacedRow): { line: string; y: number }[] {
  const lines = linesOf(row);
  return lines.map((line, index) => ({ line, y: row.y + (index - (lines.length - 1) / 2) * labelLine }));
}

/** `0.506 (0.492 to 0.520)` */
export function estimateText({ value, interval }: ShownEstimate): string {
  return interval === null ? value.toFixed(3) : `${value.toFixed(3)} (${formatInterval(interval)})`;
}
