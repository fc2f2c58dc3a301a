import type { z } from "zod";
import { DataError } from "../errors.ts";
import { checkSchema, fieldOf } from "../schemaProblems.ts";
import { findDuplicateKey } from "./jsonKeys.ts";
import { parseJson } from "../json.ts";

/**
 * Reads the text of a JSON file of a known form.
 * @param file how messages name it
 * @throws DataError naming the file and the field at fault, a key that occurs twice included
 */
export function parseJsonFile<T>(schema: z.ZodType<T>, text: string, file: string): T {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new DataError("This is not valid JSON.", { place: { file }, cause });
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw new DataError(`The key ${JSON.stringify(duplicate)} occurs twice.`, { place: { file, field: duplicate } });
  }
  const checked = checkSchema(value, schema);
  if ("value" in checked) return checked.value;
  const problem = checked.problems[0]!;
  throw new DataError(problem.message, { place: { file, field: fieldOf(problem) }, hint: problem.hint });
}
