import { displayWidth } from "../../src/core/reports/displayWidth.ts";

/** Text of charts, in CSS pixels. */
export const fontSize = 12;

/**
 * Colours as the editor's theme has them. What follows a variable's name is the colour on paper, in a file: those of
 * Okabe and Ito, which people with colour blindness can tell apart and which differ in brightness.
 */
export const colors = {
  text: "var(--vscode-foreground, #1f1f1f)",
  faint: "var(--vscode-descriptionForeground, #595959)",
  background: "var(--vscode-editor-background, #ffffff)",
} as const;

const seriesColors = [
  "var(--vscode-charts-blue, #0072b2)",
  "var(--vscode-charts-red, #d55e00)",
  "var(--vscode-charts-green, #009e73)",
  "var(--vscode-charts-purple, #882e72)",
  "var(--vscode-charts-yellow, #b8860b)",
  // Pale in the light themes.
  "var(--vscode-charts-orange, #b2182b)",
] as const;

const seriesSymbols = ["circle", "square", "triangle", "diamond", "star", "wye"] as const;
export type SeriesSymbol = (typeof seriesSymbols)[number];

/** Colour and shape of a model: the first 36 differ in their pair, so that no two are told apart by colour alone. */
export function seriesStyle(index: number): { readonly color: string; readonly symbol: SeriesSymbol } {
  const round = Math.floor(index / seriesColors.length);
  return {
    color: seriesColors[index % seriesColors.length]!,
    symbol: seriesSymbols[(index + round) % seriesSymbols.length]!,
  };
}

/** Width in CSS pixels, estimated: a chart is drawn before it is in a page, and where there is none. */
export function textWidth(text: string, size = fontSize): number {
  return displayWidth(text) * size * 0.56;
}

/** Names as they may stand in a picture: without control characters, halves of characters and marks that turn text around. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Control}\p{Surrogate}\u2028\u2029\ufffe\uffff]+/gu, " ")
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "");
}
