import * as Plot from "@observablehq/plot";
import { colors, fontSize } from "./appearance.ts";
import type { ChartOptions } from "./chart.ts";
import { drawing, legend, picture, type LegendEntry, type Part, type PictureText } from "./picture.ts";
import { largest } from "../../src/core/lists.ts";

/** One of several small drawings with the same axes. */
export interface Panel {
  /** Lines above it, the first one bold. */
  readonly heading: readonly string[];
  /** Drawings at their places in the panel. */
  draw(width: number): readonly Part[];
}

const gap = 20;
const headingLine = 16;

/**
 * Draws panels in rows, as many in a row as have room.
 * @param height of a panel's drawings for its width
 */
export function panels(
  all: readonly Panel[],
  keys: readonly LegendEntry[],
  { width: preferred, height }: { readonly width: number; readonly height: (width: number) => number },
  texts: PictureText,
  options: ChartOptions,
): SVGSVGElement {
  const columns = Math.max(1, Math.min(all.length, Math.floor((options.width + gap) / (preferred + gap))));
  const width = Math.min(preferred * 1.5, (options.width - gap * (columns - 1)) / columns);
  const key = legend(options, keys);
  const headingHeight = largest(all.map(({ heading }) => heading.length)) * headingLine + 4;
  const rowHeight = headingHeight + height(width) + gap;
  const parts = all.flatMap((panel, index) => {
    const x = (index % columns) * (width + gap);
    const y = key.height + 8 + Math.floor(index / columns) * rowHeight;
    const heading = { x, y, drawing: headingOf(panel.heading, width, headingHeight, options) };
    const drawn = panel.draw(width).map((part) => ({ ...part, x: x + part.x, y: y + headingHeight + part.y }));
    return [heading, ...drawn];
  });
  const total = key.height + 8 + Math.ceil(all.length / columns) * rowHeight - gap;
  return picture(options, total, [{ x: 2, y: 0, drawing: key.drawing }, ...parts], texts);
}

function headingOf(lines: readonly string[], width: number, height: number, options: ChartOptions): SVGSVGElement {
  return drawing(options, {
    width,
    height,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks: lines.map((line, index) =>
      Plot.text([line], {
        x: [2],
        y: [index * headingLine + headingLine / 2],
        text: [line],
        textAnchor: "start",
        fontSize: index === 0 ? fontSize : 11,
        fontWeight: index === 0 ? "bold" : "normal",
        fill: index === 0 ? colors.text : colors.faint,
        lineWidth: (width - 4) / (index === 0 ? fontSize : 11),
        textOverflow: "ellipsis-middle",
      }),
    ),
  });
}
