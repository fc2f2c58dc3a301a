import type { z } from "zod";
import { RunError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { checkSchema, fieldOf } from "../schemaProblems.ts";

/**
 * Reads one complete line of a JSON Lines file.
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
