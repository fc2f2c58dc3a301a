import { parse, CsvError } from "csv-parse/sync";
import type { DataFile, DataProblem } from "./benchmark.ts";
import { JsonObject, JsonSyntaxError, parseOrderedJson, type Json } from "./orderedJson.ts";

/** One record of a data file before it is checked. */
export interface JsonRecord {
  readonly value: Json;
  /** 1-based line where the record begins. */
  readonly line: number;
  /** Zero-based number of the record in the file. */
  readonly row: number;
}

export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
  readonly row: number;
}

export interface Records<T> {
  readonly records: readonly T[];
  readonly problems: readonly DataProblem[];
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** After so many misplaced quotes a file is no CSV file, and looking for the next good line is a waste of time. */
const maximumCsvErrors = 1000;

const encodingHint = "Save the file as UTF-8.";

/** Bytes without a leading UTF-8 byte order mark, which is no part of the text. */
function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Text of UTF-8 bytes, a leading byte order mark kept; undefined when they are not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function* lines(bytes: Uint8Array): Generator<{ bytes: Uint8Array; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found === -1 ? bytes.length : found;
    yield { bytes: bytes.subarray(start, end), line };
    start = end + 1;
  }
}

function fileProblem(file: DataFile, message: string, line?: number, hint?: string): DataProblem {
  return { scope: "file", message, place: { file: file.path, line }, hint };
}

function notUtf8(file: DataFile, bytes: Uint8Array): DataProblem {
  const bad = [...lines(bytes)].find((candidate) => decodeUtf8(candidate.bytes) === undefined);
  return fileProblem(file, "The text is not UTF-8.", bad?.line, encodingHint);
}

/** The whole file as one JSON value. */
export function readJsonDocument(file: DataFile): { value?: Json; problems: DataProblem[] } {
  const bytes = withoutByteOrderMark(file.bytes);
  const text = decodeUtf8(bytes);
  if (text === undefined) return { problems: [notUtf8(file, bytes)] };
  try {
    return { value: parseOrderedJson(text), problems: [] };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const message = `This is not JSON: ${error.message}.`;
    return {
      problems: [
        {
          scope: "file",
          message,
          place: { file: file.path, line: error.line, column: error.column },
          hint: "The file may be truncated; get it again.",
        },
      ],
    };
  }
}

/**
 * Records of a JSON array or of JSON lines; the first character that is not white space decides. In JSON lines a
 * malformed line costs that line only; a JSON array is one text, so an error in it costs the file.
 */
export function readJsonRecords(file: DataFile): Records<JsonRecord> {
  const bytes = withoutByteOrderMark(file.bytes);
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first !== "[".charCodeAt(0)) return readJsonLines(file, bytes);
  const { value, problems } = readJsonDocument(file);
  if (!Array.isArray(value)) return { records: [], problems };
  const records = value.map((element: Json, row) => ({
    value: element,
    line: element instanceof JsonObject ? element.line : 1,
    row,
  }));
  return { records, problems };
}

function readJsonLines(file: DataFile, bytes: Uint8Array): Records<JsonRecord> {
  const records: JsonRecord[] = [];
  const problems: DataProblem[] = [];
  let row = 0;
  for (const { bytes: lineBytes, line } of lines(bytes)) {
    const text = decodeUtf8(lineBytes);
    if (text?.trim() === "") continue;
    const value = text === undefined ? undefined : parseLine(text, line);
    if (value === undefined || value instanceof JsonSyntaxError) {
      const message = value === undefined ? "The text is not UTF-8." : `This line is not JSON: ${value.message}.`;
      const place = { file: file.path, line, column: value?.column };
      problems.push({ scope: "record", message, place, hint: value === undefined ? encodingHint : undefined });
    } else records.push({ value, line, row });
    row++;
  }
  return { records, problems };
}

function parseLine(text: string, line: number): Json | JsonSyntaxError {
  try {
    return parseOrderedJson(text, line);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

/**
 * Records of a CSV file (RFC 4180: comma, double quotes doubled inside quotes, line breaks allowed in quotes). Cells are
 * verbatim. A misplaced quote costs the line on which its record begins, and reading goes on with the next line.
 */
export function readCsvRecords(file: DataFile): Records<CsvRecord> {
  const bytes = withoutByteOrderMark(file.bytes);
  if (decodeUtf8(bytes) === undefined) return { records: [], problems: [notUtf8(file, bytes)] };
  const records: CsvRecord[] = [];
  const problems: DataProblem[] = [];
  let start = 0;
  let line = 1;
  let row = 0;
  const advance = (to: number): void => {
    for (; start < to; start++) if (bytes[start] === lineFeed) line++;
  };
  while (start < bytes.length) {
    const base = start;
    const error = parseCsv(bytes.subarray(base), (cells, end) => {
      while (bytes[start] === lineFeed || bytes[start] === carriageReturn) advance(start + 1);
      records.push({ cells, line, row: row++ });
      advance(base + end);
    });
    if (error === undefined) break;
    problems.push({ scope: "record", message: describeCsvError(error), place: { file: file.path, line } });
    if (problems.length >= maximumCsvErrors) {
      problems.push(fileProblem(file, `More than ${maximumCsvErrors} lines are not CSV; the rest was not read.`, line));
      break;
    }
    const end = bytes.indexOf(lineFeed, start);
    advance(end === -1 ? bytes.length : end + 1);
    row++;
  }
  return { records, problems };
}

/** Parses until the first error, which it returns. `end` is the offset after the record, its line break included. */
function parseCsv(bytes: Uint8Array, onRecord: (cells: string[], end: number) => void): CsvError | undefined {
  try {
    parse(bytes, {
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n"],
      on_record: (record, context) => {
        onRecord(record, context.bytes);
        return null;
      },
    });
    return undefined;
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
}

function describeCsvError(error: CsvError): string {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return "A quoted cell that begins on this line is never closed.";
  return "A quote is in the wrong place: a cell with quotes must be quoted as a whole, its own quotes doubled.";
}
