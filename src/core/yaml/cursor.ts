import type { KeyPath } from "../schemaProblems.ts";
import { YamlText, type OffsetRange } from "./yamlText.ts";

/** The value that the cursor is in, or that would begin there. */
export interface CursorValue {
  readonly path: KeyPath;
  /** What a completion replaces: the word around the cursor. Empty between words. */
  readonly word: OffsetRange;
}

/**
 * Stands in the text where the cursor is; no document of a person holds it. A dot follows it, because the parser takes
 * the last character of a text whose quotes are open for the closing one.
 */
const mark = "\uE000medley\uE000";
const delimiter = /[\s,[\]{}"']/;

/**
 * Finds the value at the cursor in a document that may be half written and broken. Undefined where a key is being
 * written, or nothing can be told.
 */
export function valueAtCursor(text: string, offset: number): CursorValue | undefined {
  let start = offset;
  while (start > 0 && !delimiter.test(text[start - 1]!)) start--;
  let end = offset;
  while (end < text.length && !delimiter.test(text[end]!)) end++;
  const scalar = new YamlText(`${text.slice(0, start)}${mark}.${text.slice(end)}`)
    .scalars()
    .find(({ value }) => typeof value === "string" && value.includes(mark));
  // At the root, or as an item of the root, there is no key whose value it could be.
  if (scalar === undefined || scalar.path.length === 0) return undefined;
  return { path: scalar.path, word: [start, end] };
}

/** The single value that stands at an offset, for hover. */
export function scalarAt(
  text: string,
  offset: number,
): { path: KeyPath; value: unknown; range: OffsetRange } | undefined {
  return new YamlText(text).scalars().find(({ range }) => range[0] <= offset && offset <= range[1]);
}
