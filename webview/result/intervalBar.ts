import { h, setVariable } from "../dom.ts";

/** A small picture of an estimate with its interval on a scale from 0 to 1; its numbers stand beside it as text. */
export function intervalBar({ low, high, value }: { low: number; high: number; value: number }): HTMLElement {
  const range = h("span", { class: "interval-range" });
  setVariable(range, "low", clamp(low));
  setVariable(range, "high", clamp(high));
  const point = h("span", { class: "interval-point" });
  setVariable(point, "value", clamp(value));
  return h("span", { class: "interval-bar", "aria-hidden": "true" }, range, point);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
