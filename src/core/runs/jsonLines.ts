import type { z } from "zod";
import { RunError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { checkSchema, fieldOf } from "../schemaProblems.ts";

export interface JsonLines<T> {
  readonly records: T[];
  /** Whether the text ends in the middle of a line, as after a crash. That line is not in `records`. */
  readonly torn: boolean;
}

/**
 * Reads JSON Lines. A line counts once its line break is written, so a torn last line is left out, even one that
 * happens to parse.
 * @param file named in errors
 * @throws RunError at the first complete line that is not what the schema says
 */
export function parseJsonLines<T>(text: string, schema: z.ZodType<T>, file: string): JsonLines<T> {
  const end = text.lastIndexOf("\n") + 1;
  const records: T[] = [];
  let line = 0;
  for (let start = 0; start < end;) {
    const stop = text.indexOf("\n", start);
    records.push(parseJsonLine(text.slice(start, stop), schema, file, ++line));
    start = stop + 1;
  }
  return { records, torn: end < text.length };
}

/**
 * Reads one complete line.
 * @param line 1-based, for errors
 * @throws RunError when the line is not what the schema says
 */
export function parseJsonLine<T>(text: string, schema: z.ZodType<T>, file: string, line: number): T {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new RunError("The line is damaged: it is not JSON.", { place: { file, line }, hint: damagedHint, cause });
  }
  const checked = checkSchema(value, schema);
  if ("value" in checked) return checked.value;
  const problem = checked.problems[0]!;
  throw new RunError(`The line is not a record of this format: ${problem.message}`, {
    place: { file, line, field: fieldOf(problem) },
    hint: damagedHint,
  });
}

const damagedHint = "Delete or repair that line; if it is an item's result, resuming the run evaluates the item again.";
