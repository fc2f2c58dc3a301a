import { t } from "../pages/texts.ts";

/** What stands in a table at a row and a column: a text, or a text with what it says. */
export type Cell = string | ValueCell;

export interface ValueCell {
  /** As persons read it: finished, nothing is escaped yet. */
  readonly text: string;
  /** What rows are sorted by; null where there is none. */
  readonly value: string | number | null;
  /** As programs read it, in CSV. Without it the text. */
  readonly plain?: string;
  /** Whether it stands out, because a test supports it. */
  readonly strong?: boolean;
}

export function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

export function valueOf(cell: Cell): string | number | null {
  return typeof cell === "string" ? cell : cell.value;
}

export function plainOf(cell: Cell): string {
  return typeof cell === "string" ? cell : (cell.plain ?? cell.text);
}

export function isStrong(cell: Cell): boolean {
  return typeof cell !== "string" && cell.strong === true;
}

/** A number. @param text shows it and may say more: `0.250 ± 0.010`, `<0.0001`, `0–3` */
export function numberCell(value: number, text = String(value)): ValueCell {
  return { text, value, plain: text.replace("−", "-").replace("+", "") };
}

/** No number, which is an empty field in CSV. */
export function noNumber(text = "–"): ValueCell {
  return { text, value: null, plain: "" };
}

/** Three decimals; a missing number is an empty cell. */
export function decimalCell(value: number | null | undefined): ValueCell {
  return value === null || value === undefined ? noNumber("") : numberCell(value, minus(value.toFixed(3)));
}

type Interval = { readonly low: number; readonly high: number } | null;

/** An interval, which is a text in CSV too. Rows are sorted by its lower end. */
export function intervalCell(interval: Interval): ValueCell {
  return { text: formatInterval(interval), value: interval?.low ?? null };
}

/** `0.123 to 0.456`, or a dash where there is none. Without brackets, which Markdown would have to escape. */
export function formatInterval(interval: Interval): string {
  return interval === null ? "–" : t("{0} to {1}", minus(interval.low.toFixed(3)), minus(interval.high.toFixed(3)));
}

/** A number's text with a minus as long as a plus. */
export function minus(text: string): string {
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
}
