import * as Plot from "@observablehq/plot";
import { t } from "../../src/core/pages/texts.ts";
import { colors, fontSize, textWidth, type SeriesSymbol } from "./appearance.ts";
import type { ChartOptions } from "./chart.ts";

const namespace = "http://www.w3.org/2000/svg";

/** A drawing at its place in a picture. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly drawing: SVGSVGElement;
}

export interface PictureText {
  readonly title: string;
  /** The numbers, in sentences. */
  readonly description: string;
}

/** Draws marks without a margin, axis or scale of their own: their coordinates are CSS pixels unless options say else. */
export function drawing(options: ChartOptions, plot: Plot.PlotOptions): SVGSVGElement {
  return Plot.plot({ margin: 0, ...plot, document: options.document, style: {} }) as SVGSVGElement;
}

/** Joins drawings to one accessible picture. */
export function picture(
  { document, width }: ChartOptions,
  height: number,
  parts: readonly Part[],
  { title, description }: PictureText,
): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  const attributes = {
    role: "img",
    width: String(width),
    height: String(height),
    viewBox: `0 0 ${width} ${height}`,
    "font-family": "var(--vscode-font-family, Helvetica, Arial, sans-serif)",
    "font-size": String(fontSize),
    "text-anchor": "middle",
    fill: colors.text,
    color: colors.text,
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  for (const [name, text] of Object.entries({ title, desc: description })) {
    const element = document.createElementNS(namespace, name);
    element.textContent = text;
    svg.append(element);
  }
  for (const part of parts) svg.append(placed(document, part));
  return svg;
}

function placed(document: Document, { x, y, drawing }: Part): SVGGElement {
  const group = document.createElementNS(namespace, "g");
  group.setAttribute("transform", `translate(${x},${y})`);
  // A style element would need a permission of its own in a page with a content security policy; nothing here needs it.
  for (const child of [...drawing.children]) if (child.localName !== "style") group.append(child);
  // The library names its groups for screen readers, which may not be: to them the picture is one image, described as such.
  for (const named of group.querySelectorAll("[aria-label]")) {
    named.setAttribute("data-mark", named.getAttribute("aria-label")!);
    named.removeAttribute("aria-label");
  }
  return group;
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: SeriesSymbol | "dashes" | "bar" | "outline";
  readonly hollow?: boolean;
}

const legendLine = 20;
const keyWidth = 16;

/** Keys with their names, in as many lines as the width asks for. @returns the drawing and its height */
export function legend(
  options: ChartOptions,
  entries: readonly LegendEntry[],
): { drawing: SVGSVGElement; height: number } {
  const { width } = options;
  let [x, y] = [0, legendLine / 2];
  const placed = entries.map((entry) => {
    const room = Math.min(width, keyWidth + textWidth(entry.label) + 20);
    if (x > 0 && x + room > width) [x, y] = [0, y + legendLine];
    const at = { ...entry, x, y };
    x += room;
    return at;
  });
  const height = y + legendLine / 2;
  const only = (...marks: LegendEntry["mark"][]) => placed.filter(({ mark }) => marks.includes(mark));
  const box = { x1: "x", x2: (d: { x: number }) => d.x + 10 };
  const rows = { y1: (d: { y: number }) => d.y - 5, y2: (d: { y: number }) => d.y + 5 };
  const identity = { type: "identity", axis: null } as const;
  return {
    height,
    drawing: drawing(options, {
      width,
      height,
      x: identity,
      y: identity,
      marks: [
        Plot.ruleY(only("dashes"), {
          x1: "x",
          x2: (d: { x: number }) => d.x + 12,
          y: "y",
          stroke: (d: LegendEntry) => d.color,
          strokeDasharray: "4,3",
          strokeWidth: 1.5,
        }),
        Plot.rect(only("bar"), { ...box, ...rows, fill: (d: LegendEntry) => d.color }),
        Plot.rect(only("outline"), { ...box, ...rows, fill: "none", stroke: (d: LegendEntry) => d.color }),
        ...placed
          .filter(({ mark }) => !["dashes", "bar", "outline"].includes(mark))
          .map(({ x, y, color, mark, hollow }) =>
            Plot.dot([0], {
              x: [x + 5],
              y: [y],
              symbol: mark as SeriesSymbol,
              r: 4.5,
              stroke: color,
              strokeWidth: 1.5,
              fill: hollow ? "none" : color,
            }),
          ),
        Plot.text(placed, {
          x: (d: { x: number }) => d.x + keyWidth,
          y: "y",
          text: "label",
          textAnchor: "start",
          fontSize,
          lineWidth: (width - keyWidth) / fontSize,
          textOverflow: "ellipsis-middle",
        }),
      ],
      color: { type: "identity" },
    }),
  };
}

/** Sentences of a description, the first ones of many: a listener has the table for all of them. */
export function sentences(parts: readonly string[]): string {
  const most = 24;
  if (parts.length <= most) return parts.join("; ");
  return t("{0}; and {1} more, which the table has", parts.slice(0, most).join("; "), parts.length - most);
}
