import type { z } from "zod";
import { DataError } from "../errors.ts";
import { findDuplicateKey } from "./jsonKeys.ts";

/**
 * Reads the text of a JSON file of a known form.
 * @param file how messages name it
 * @throws DataError naming the file and the field at fault, a key that occurs twice included
 */
export function parseJsonFile<T extends z.ZodType>(schema: T, text: string, file: string): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError("This is not valid JSON.", { place: { file }, cause });
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw new DataError(`The key ${JSON.stringify(duplicate)} occurs twice.`, { place: { file, field: duplicate } });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new DataError(`${issue.message}.`.replace(/\.\.$/, "."), { place: { file, field: issue.path.join(".") } });
}
