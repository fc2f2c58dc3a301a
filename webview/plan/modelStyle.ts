import type { ViewModel } from "../../src/core/merge/plan/view/schema.ts";
import { h } from "../dom.ts";

/**
 * Colours of models in charts, as the style sheet has them for the stack. Blue and yellow come first, which everybody can
 * tell apart; each goes with a pattern of its own, and every further round combines them otherwise.
 */
const colors = [
  "var(--vscode-charts-blue)",
  "var(--vscode-charts-yellow)",
  "var(--vscode-charts-purple)",
  "var(--vscode-charts-green)",
  "var(--vscode-charts-red)",
  "color-mix(in srgb, var(--vscode-charts-orange) 65%, var(--vscode-foreground))",
] as const;

/** Colour of a model in a chart. */
export function modelColor(index: number): string {
  return colors[index % colors.length]!;
}

/** Class names that draw a model's colour and pattern, so that colour is never all that tells models apart. */
export function modelClass(index: number): string {
  const round = Math.floor(index / colors.length);
  return `color-${index % colors.length} pattern-${(index + round) % colors.length}`;
}

/** A patch of the model's colour and pattern. @param isApart the base model, which changes are added to */
export function swatch(index: number, isApart = false): HTMLElement {
  return h("span", { class: `swatch ${isApart ? "apart" : ""} ${modelClass(index)}`, "aria-hidden": "true" });
}

/** The last parts of the models' names that tell them apart: `BioMistral-7B` of `BioMistral/BioMistral-7B`. */
export function shortNames(models: readonly Pick<ViewModel, "name">[]): string[] {
  const parts = models.map(({ name }) => name.split("+").map((path) => path.replace(/\/+$/, "").split("/")));
  const shorten = (count: number) =>
    parts.map((paths) => paths.map((path) => path.slice(-count).join("/")).join(" + "));
  for (let count = 1; count <= 4; count++) {
    const names = shorten(count);
    if (new Set(names).size === names.length) return names;
  }
  return models.map(({ name }) => name);
}
