import { parse, CsvError } from "csv-parse/sync";
import type { DataFile, DataProblem } from "./benchmark.ts";
import { decodeUtf8, encodingHint, lines, utf8Bytes } from "./encoding.ts";
import { largest } from "../lists.ts";
import { JsonObject, JsonSyntaxError, parseOrderedJson, type Json } from "./orderedJson.ts";

/** One record of a data file before it is checked. */
export interface JsonRecord {
  readonly value: Json;
  /** 1-based line where the record begins. */
  readonly line: number;
  /** Zero-based number of the record in the file. */
  readonly row: number;
  /** How messages call the record, where its line may not tell it from others: in a JSON array. */
  readonly name?: string;
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

/** After so many misplaced quotes a file is no CSV file, and looking for the next good line is a waste of time. */
const maximumCsvErrors = 1000;

function fileProblem(file: DataFile, message: string, line?: number, hint?: string): DataProblem {
  return { scope: "file", message, place: { file: file.path, line }, hint };
}

/**
 * The whole file as one JSON value.
 * @param keys what the keys of an object of records are, for example `PMID`
 */
export function readJsonDocument(file: DataFile, keys?: string): { value?: Json; problems: DataProblem[] } {
  const bytes = utf8Bytes(file);
  if (!(bytes instanceof Uint8Array)) return { problems: [bytes] };
  try {
    return { value: parseOrderedJson(decodeUtf8(bytes)!), problems: [] };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    // A whole data set may stand on one line, where line and column say little.
    const { record } = error;
    const id = record?.key === undefined || keys === undefined ? record?.key : `${keys} ${record.key}`;
    const within = record === undefined ? "" : ` in ${describeRecord(record.index, id)}`;
    const message = `This is not JSON${within}: ${error.message}.`;
    const place = { file: file.path, line: error.line, column: error.column };
    return { problems: [{ scope: "file", message, place, hint: "The file may be truncated; get it again." }] };
  }
}

/**
 * How messages call a record of a document.
 * @param index zero-based
 * @param id by which its readers know it
 */
export function describeRecord(index: number, id?: string): string {
  return `record ${index + 1}${id === undefined ? "" : ` (${id})`}`;
}

/**
 * Records of a JSON array or of JSON lines; the first character that is not white space decides. In JSON lines a
 * malformed line costs that line only; a JSON array is one text, so an error in it costs the file.
 */
export function readJsonRecords(file: DataFile): Records<JsonRecord> {
  const bytes = utf8Bytes(file, "lines");
  if (!(bytes instanceof Uint8Array)) return { records: [], problems: [bytes] };
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first !== "[".charCodeAt(0)) return readJsonLines(file, bytes);
  const { value, problems } = readJsonDocument(file);
  if (!Array.isArray(value)) return { records: [], problems };
  const records = value.map((element: Json, row) => ({
    value: element,
    line: element instanceof JsonObject ? element.line : 1,
    row,
    name: describeRecord(row, element instanceof JsonObject ? idOf(element) : undefined),
  }));
  return { records, problems };
}

/** Fields in which data sets keep the id of a record. */
const idFields = ["id", "pubid", "qid"];

function idOf(record: JsonObject): string | undefined {
  const id = idFields.map((field) => record.get(field)).find((value) => value !== undefined);
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
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

/** What separates cells: `spreadsheet` finds out, for files that spreadsheet programs write. */
export type CsvDialect = "comma" | "spreadsheet";

/**
 * Records of a CSV file (RFC 4180: comma, double quotes doubled inside quotes, line breaks allowed in quotes). Cells are
 * verbatim. A misplaced quote costs the line on which its record begins, and reading goes on with the next line.
 *
 * In the dialect `spreadsheet` cells are separated by what the first line has most of, commas, semicolons or tabs, or by
 * what a line `sep=;` in front says; lines may end in CR alone.
 */
export function readCsvRecords(file: DataFile, dialect: CsvDialect = "comma"): Records<CsvRecord> {
  const bytes = utf8Bytes(file);
  if (!(bytes instanceof Uint8Array)) return { records: [], problems: [bytes] };
  const form = dialect === "comma" ? commaForm : spreadsheetForm(bytes);
  const records: CsvRecord[] = [];
  const problems: DataProblem[] = [];
  let start = form.start;
  let line = form.start === 0 ? 1 : 2;
  let row = 0;
  const advance = (to: number): void => {
    for (; start < to; start++) if (bytes[start] === form.lineEnd) line++;
  };
  while (start < bytes.length) {
    const base = start;
    const error = parseCsv(bytes.subarray(base), form, (cells, end) => {
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
    const end = bytes.indexOf(form.lineEnd, start);
    advance(end === -1 ? bytes.length : end + 1);
    row++;
  }
  return { records, problems };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

interface CsvForm {
  readonly delimiter: string;
  /** The byte that ends a line, after which another begins. */
  readonly lineEnd: number;
  /** Offset of the first record. */
  readonly start: number;
}

const commaForm: CsvForm = { delimiter: ",", lineEnd: lineFeed, start: 0 };

function spreadsheetForm(bytes: Uint8Array): CsvForm {
  const lineEnd = bytes.includes(lineFeed) ? lineFeed : carriageReturn;
  const end = bytes.indexOf(lineEnd);
  const firstLine = new TextDecoder().decode(bytes.subarray(0, end === -1 ? bytes.length : end)).replace(/\r$/, "");
  const declared = /^sep=(.)$/i.exec(firstLine)?.[1];
  if (declared !== undefined && delimiters.includes(declared)) {
    return { delimiter: declared, lineEnd, start: end === -1 ? bytes.length : end + 1 };
  }
  const unquoted = firstLine.replaceAll(/"[^"]*"/g, "");
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return { delimiter: delimiters[counts.indexOf(largest(counts))]!, lineEnd, start: 0 };
}

/** The first of those that are equally frequent is taken. */
const delimiters = [",", ";", "\t"];

/** Parses until the first error, which it returns. `end` is the offset after the record, its line break included. */
function parseCsv(
  bytes: Uint8Array,
  { delimiter, lineEnd }: CsvForm,
  onRecord: (cells: string[], end: number) => void,
): CsvError | undefined {
  try {
    parse(bytes, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: lineEnd === carriageReturn ? ["\r"] : ["\r\n", "\n"],
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
