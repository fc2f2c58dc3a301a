import { t } from "../../src/core/pages/texts.ts";
import * as Plot from "@observablehq/plot";
import type { MergeView, ViewCurve, ViewSeries } from "../../src/core/merge/plan/view/schema.ts";
import { noNumber, numberCell, type ValueCell } from "../../src/core/reports/cells.ts";
import { textColumn, type Column, type Table } from "../../src/core/reports/table.ts";
import { colors, printable, seriesStyle, type SeriesSymbol } from "../charts/appearance.ts";
import type { ChartOptions } from "../charts/chart.ts";
import { drawing, legend, picture, sentences } from "../charts/picture.ts";
import { modelColor, shortNames } from "./modelStyle.ts";
import { largest, smallest } from "../../src/core/lists.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  /** Points of one series in one slice are joined: gradients start again with every slice. */
  readonly line: string;
  readonly color: string;
  readonly dash: string;
  readonly symbol: SeriesSymbol;
  readonly title: string;
}

const plotHeight = 170;
const margins = { marginTop: 10, marginRight: 14, marginBottom: 38, marginLeft: 46 };

/** A curve for each model and group of tensors: the models by colour, the tensors by dashes and marks. */
const dashes = ["", "6,3", "2,3", "8,3,2,3"];

/** One parameter over the depth of the result, as a picture that says its numbers too. */
export function parameterChart(merge: MergeView, curve: ViewCurve, options: ChartOptions): SVGSVGElement {
  const { width } = options;
  const styled = curve.series.map((series, index) => ({
    series,
    label: seriesLabel(merge, series),
    ...styleOf(curve, index),
  }));
  const points = styled.flatMap(({ series, label, color, dash, symbol }, index) =>
    series.values.flatMap((value, layer): Point[] => {
      if (value === null) return [];
      const slice = merge.sliceStarts.filter((start) => start <= layer).length;
      const title = printable(`${label}\n${depthText(merge, series, layer)}: ${curve.parameter} ${shortNumber(value)}`);
      return [{ x: depthOf(merge, series, layer), y: value, line: `${index}:${slice}`, color, dash, symbol, title }];
    }),
  );
  const keys = legend(
    options,
    styled.map(({ label, color, symbol }) => ({ label: printable(label), color, mark: symbol })),
  );
  const body = drawing(options, {
    width,
    height: plotHeight,
    ...margins,
    x: { domain: merge.layersKnown ? [0, Math.max(1, depthCount(curve) - 1)] : [0, 1] },
    y: { domain: domainOf(points), nice: true },
    marks: [...axes(merge, curve, points), ...lines(points)],
  });
  const description = styled.map(({ label, series }) => `${label}: ${valuesText(series)}`);
  return picture(
    options,
    keys.height + 6 + plotHeight,
    [
      { x: 2, y: 0, drawing: keys.drawing },
      { x: 0, y: keys.height + 6, drawing: body },
    ],
    {
      title: t("{0} over the layers of the result", curve.parameter),
      description: `${printable(sentences(description))}.`,
    },
  );
}

function axes(merge: MergeView, curve: ViewCurve, points: readonly Point[]): Plot.Markish[] {
  const label = { fontSize: 11, color: colors.text, labelArrow: "none", tickSize: 4 } as const;
  const starts = merge.layersKnown ? merge.sliceStarts : [];
  return [
    Plot.gridY({ stroke: colors.text, strokeOpacity: 0.12, ticks: 4 }),
    Plot.ruleX(starts, { x: (start: number) => start - 0.5, stroke: colors.faint, strokeDasharray: "2,3" }),
    ...(points.some(({ y }) => y < 0) ? [Plot.ruleY([0], { stroke: colors.text, strokeOpacity: 0.5 })] : []),
    Plot.axisX({
      ...label,
      ticks: merge.layersKnown ? Math.min(8, depthCount(curve)) : 5,
      ...(merge.layersKnown && { tickFormat: (layer: number) => (Number.isInteger(layer) ? String(layer) : "") }),
      label: merge.layersKnown ? t("layer of the result") : t("depth (0: first layer, 1: last layer)"),
      labelAnchor: "center",
      labelOffset: 32,
    }),
    Plot.axisY({ ...label, ticks: 4, label: curve.parameter, labelAnchor: "center", labelOffset: 40 }),
  ];
}

function lines(points: readonly Point[]): Plot.Markish[] {
  const names = [...new Set(points.map(({ line }) => line))];
  return names.flatMap((name) => {
    const line = points.filter((point) => point.line === name);
    const [first] = line;
    // Marks at some points tell lines apart that have the same colour.
    const every = Math.max(1, Math.round(line.length / 6));
    return [
      Plot.line(line, { x: "x", y: "y", stroke: first!.color, strokeWidth: 1.8, strokeDasharray: first!.dash }),
      Plot.dot(
        line.filter((_, index) => index % every === 0 || index === line.length - 1),
        { x: "x", y: "y", fill: first!.color, symbol: first!.symbol, r: 3.2, title: "title" },
      ),
      Plot.dot(line, { x: "x", y: "y", r: 6, fill: "transparent", title: "title" }),
    ];
  });
}

function styleOf({ series }: ViewCurve, index: number): { color: string; dash: string; symbol: SeriesSymbol } {
  const { model } = series[index]!;
  const nth = series.slice(0, index).filter((other) => other.model === model).length;
  return {
    color: modelColor(model ?? nth),
    dash: dashes[nth % dashes.length]!,
    symbol: seriesStyle(index).symbol,
  };
}

/** `self_attn of BioMistral-7B` */
export function seriesLabel({ models }: MergeView, { model, tensors }: ViewSeries): string {
  const name = model === null ? "" : shortNames(models)[model]!;
  if (tensors === "") return name === "" ? t("all tensors") : name;
  return name === "" ? tensors : t("{0} of {1}", tensors, name);
}

/** Places whose values do not differ from those before are one row. */
export function parameterTable(merge: MergeView, { parameter, series }: ViewCurve): Table {
  const count = largest(series.map(({ values }) => values.length));
  const valuesAt = (layer: number) => series.map(({ values }) => valueCell(values[layer] ?? null));
  const rows: { from: number; to: number; values: ValueCell[] }[] = [];
  for (let layer = 0; layer < count; layer++) {
    const values = valuesAt(layer);
    const last = rows.at(-1);
    if (last !== undefined && last.values.every(({ text }, index) => text === values[index]!.text)) last.to = layer;
    else rows.push({ from: layer, to: layer, values });
  }
  const placeOf = (layer: number) => (merge.layersKnown ? String(layer) : (layer / Math.max(1, count - 1)).toFixed(2));
  return {
    caption: parameter,
    columns: [
      merge.layersKnown ? textColumn("layers") : textColumn("depth"),
      ...series.map((each, index): Column => ({
        id: `series${index}`,
        title: seriesLabel(merge, each),
        align: "right",
      })),
    ],
    rows: rows.map(({ from, to, values }) => [
      from === to ? placeOf(from) : `${placeOf(from)}–${placeOf(to)}`,
      ...values,
    ]),
  };
}

function valueCell(value: number | null): ValueCell {
  return value === null ? noNumber() : numberCell(value, shortNumber(value));
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function valuesText({ values }: ViewSeries): string {
  const given = values.filter((value) => value !== null);
  const texts = [given[0], given[Math.floor(given.length / 2)], given.at(-1)].map((value) => shortNumber(value ?? 0));
  return new Set(given).size === 1 ? texts[0]! : t("from {0} over {1} to {2}", texts[0]!, texts[1]!, texts[2]!);
}

function depthCount({ series }: ViewCurve): number {
  return largest(series.map(({ values }) => values.length));
}

function depthOf({ layersKnown }: MergeView, { values }: ViewSeries, layer: number): number {
  return layersKnown ? layer : layer / Math.max(1, values.length - 1);
}

function depthText(merge: MergeView, series: ViewSeries, layer: number): string {
  return merge.layersKnown ? t("layer {0}", layer) : t("depth {0}", depthOf(merge, series, layer).toFixed(2));
}

/** From zero or below, to one or above where values are shares: so that curves of different merges look alike. */
function domainOf(points: readonly Point[]): [number, number] {
  const values = points.map(({ y }) => y);
  const [low, high] = [Math.min(0, smallest(values)), largest(values)];
  return [low, high <= 1 && high > 0.05 ? 1 : high === low ? low + 1 : high];
}
