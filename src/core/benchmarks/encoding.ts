import type { DataFile, DataProblem } from "./benchmark.ts";

export const encodingHint = "Save the file as UTF-8.";

/** Text of UTF-8 bytes, a leading byte order mark kept; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The lines of a text, without the line feeds that end them. */
export function* lines(bytes: Uint8Array): Generator<{ bytes: Uint8Array; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    yield { bytes: bytes.subarray(start, end), line };
    start = end + 1;
  }
}

/**
 * A data file's text as UTF-8 without byte order marks, which are no part of it. UTF-16, which spreadsheet programs call
 * Unicode, is recognised by its mark.
 * @param checked whether the whole text must be UTF-8, or the reader looks at every line for itself
 * @returns or what else the file is
 */
export function utf8Bytes(file: DataFile, checked: "whole" | "lines" = "whole"): Uint8Array | DataProblem {
  const { bytes } = file;
  const problem = (message: string, hint: string, line?: number): DataProblem => {
    return { scope: "file", message, place: { file: file.path, line }, hint };
  };
  if (beginsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    return problem("This is a spreadsheet or another packed file, not a text.", "Export it as CSV in UTF-8.");
  }
  const wide = beginsWith(bytes, [0xff, 0xfe]) ? "utf-16le" : beginsWith(bytes, [0xfe, 0xff]) ? "utf-16be" : undefined;
  if (wide !== undefined) return fromUtf16(bytes, wide) ?? problem("The text is not UTF-16.", encodingHint);
  // No data set has text with NUL among its first characters; UTF-16 of Latin letters has one in every pair of bytes.
  if (bytes.subarray(0, 4).includes(0)) return problem("The text is not UTF-8; it may be UTF-16.", encodingHint);
  let start = 0;
  // A file that was saved anew by a careless program begins with several.
  while (beginsWith(bytes.subarray(start), [0xef, 0xbb, 0xbf])) start += 3;
  const text = bytes.subarray(start);
  if (checked === "lines" || decodeUtf8(text) !== undefined) return text;
  for (const { bytes: lineBytes, line } of lines(text)) {
    if (decodeUtf8(lineBytes) === undefined) return problem("The text is not UTF-8.", encodingHint, line);
  }
  return problem("The text is not UTF-8.", encodingHint);
}

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** Undefined when a character is cut in two. */
function fromUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): Uint8Array | undefined {
  try {
    return new TextEncoder().encode(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
