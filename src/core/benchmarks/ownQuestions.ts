import { z } from "zod";
import { ConfigurationError } from "../errors.ts";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, ReadResult } from "./benchmark.ts";
import { readCsvRecords } from "./dataFile.ts";
import { answerFault, columnsHint, missingFieldsHint } from "./ownQuestionHints.ts";
import {
  letter,
  letteredOptions,
  ownFamily,
  Reading,
  toPlain,
  type ObjectRecord,
  type RecordPlace,
} from "./reading.ts";

/** One line of a user's JSONL file. This schema is the documented format. */
export const ownQuestionSchema = z.object({
  id: z
    .union([z.string().min(1), z.int().transform(String)])
    .optional()
    .describe("Unique among the questions. Without it the question's number."),
  question: z.string().describe("Text of the question."),
  options: z
    .union([z.array(z.string()), z.record(z.string().min(1), z.string())], {
      error: "Expected a list of texts, or an object from label to text.",
    })
    .describe("Option texts, labelled A, B, C, … in this order; or an object from label to text."),
  answer: z
    .string({ error: 'Expected the label of the right option, for example "B".' })
    .describe("Label of the right option. Never a number: it could count from 0 or from 1."),
  context: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("A paragraph, or a list of them, to be read before the question."),
  subject: z.string().optional().describe("What it is about: accuracy is shown for each subject."),
  language: z.string().optional().describe("BCP 47 tag (en, fr, ar), where it is not that of the others."),
  split: z
    .enum(["test", "shots"])
    .optional()
    .describe("shots: an example for few-shot prompts instead of a question to evaluate."),
});

type OwnQuestion = z.output<typeof ownQuestionSchema>;

const knownFields = new Set(Object.keys(ownQuestionSchema.shape));
const textColumns = ["id", "question", "answer", "context", "subject", "language", "split"];

/** Extensions of files with own questions. */
export function isOwnQuestionsPath(id: string): boolean {
  return /\.(jsonl|ndjson|json|csv)$/i.test(id);
}

/**
 * A benchmark made of the user's own file, in JSON lines (or a JSON array) or CSV by its extension. Its id is the file
 * name with its extension, which no built-in id has.
 * @throws ConfigurationError when the extension is another
 */
export function ownQuestions(path: string, language = "en"): BenchmarkDefinition {
  if (!isOwnQuestionsPath(path)) {
    throw new ConfigurationError(`${path} is neither a .jsonl nor a .csv file.`, {
      hint: "Own questions are JSON lines or CSV.",
    });
  }
  const name = path.split(/[\\/]/).at(-1)!;
  return {
    id: name,
    title: name,
    family: ownFamily,
    language,
    licence: { name: "own", notice: "The user's own questions" },
    citation: "",
    homepage: "",
    answers: "single",
    split: "test",
    sizes: [],
    files: [{ role: "test", required: true, names: [name], known: [] }],
    read(files) {
      return readOwnQuestions(this, files);
    },
  };
}

function readOwnQuestions(definition: BenchmarkDefinition, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const file = reading.file("test");
  if (file === undefined) return reading.result();
  const ignored = new Map<string, number>();
  if (/\.csv$/i.test(file.path)) readCsv(reading, file);
  else for (const record of reading.objects(file)) readObject(reading, record, ignored);
  for (const [field, count] of ignored) {
    reading.note("ignoredFields", count, `The field "${field}" is no part of the format and is ignored.`);
  }
  return reading.result();
}

function readObject(reading: Reading, record: ObjectRecord, ignored: Map<string, number>): void {
  for (const field of record.object.keys()) {
    if (!knownFields.has(field)) ignored.set(field, (ignored.get(field) ?? 0) + 1);
  }
  const hint = missingFieldsHint([...record.object.keys()]);
  const question = reading.parse(ownQuestionSchema, toPlain(record.object), record, hint);
  if (question === undefined) return;
  const labels = record.object.get("options");
  // The order of labels is that of the file, which plain objects lose for labels such as "2".
  const keys = labels instanceof Map ? [...labels.keys()] : undefined;
  addQuestion(reading, question, record, { fields: record.object, labels: keys });
}

interface GivenFields {
  /** Every field of the record, those that are no part of the format too. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Of the options, in the order of the file. */
  readonly labels?: readonly string[];
}

function addQuestion(reading: Reading, question: OwnQuestion, at: RecordPlace, { fields, labels }: GivenFields): void {
  const { options: given, context } = question;
  const options = Array.isArray(given)
    ? letteredOptions(given)
    : (labels ?? Object.keys(given)).map((label) => ({ label, text: given[label]! }));
  const answer = options.findIndex(({ label }) => label === question.answer);
  if (answer === -1) {
    const { message, hint } = answerFault(question.answer, options, fields);
    reading.recordProblem(at, "answer", message, hint);
    return;
  }
  const isShot = question.split === "shots";
  const split = isShot ? "shots" : "test";
  const draft = {
    id: question.id ?? `${split}-${at.row}`,
    split,
    question: question.question,
    context: context === undefined ? [] : typeof context === "string" ? [context] : context,
    options,
    answers: [answer],
    subject: question.subject,
    language: question.language,
  };
  reading.add(isShot ? "shotPool" : "items", draft, at);
}

interface Columns {
  /** As the format writes them. */
  readonly names: readonly string[];
  readonly options: readonly number[];
}

function readCsv(reading: Reading, file: DataFile): void {
  const { records, problems } = readCsvRecords(file, "spreadsheet");
  reading.addProblems(problems);
  const [header, ...rows] = records;
  const columns = header && readHeader(reading, file, header.cells);
  if (columns === undefined) return;
  for (const { cells, line, row } of rows) {
    const at = { file, line, row: row - 1 };
    if (cells.length !== columns.names.length) {
      const message = `${cells.length} cells, but the header has ${columns.names.length}.`;
      reading.recordProblem(at, undefined, message);
      continue;
    }
    const question = readCells(reading, columns, cells, at);
    const fields = new Map(columns.names.map((name, index) => [name, cells[index]!]));
    if (question !== undefined) addQuestion(reading, question, at, { fields });
  }
}

function readHeader(reading: Reading, file: DataFile, header: readonly string[]): Columns | undefined {
  const names = header.map(columnName);
  const fault = (message: string, field?: string): undefined => {
    reading.fileProblem(file, message, { line: 1, field, hint: columnsHint(names) });
  };
  if (header.length > 1 && header.slice(1).every((name) => name.startsWith(" "))) {
    const hint = "Remove the space after each separator: it would become a part of every text.";
    reading.fileProblem(file, "Every cell begins with a space.", { line: 1, hint });
    return undefined;
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return fault("The column occurs twice.", repeated);
  const missing = ["question", "A", "B", "answer"].find((name) => !names.includes(name));
  if (missing !== undefined) return fault(`There is no column "${missing}".`, missing);
  const letters = names.filter((name) => /^[A-Z]$/.test(name)).toSorted();
  const gap = letters.findIndex((name, index) => name !== letter(index));
  if (gap !== -1)
    return fault(`The option columns go from A on without a gap; "${letter(gap)}" is missing.`, letters[gap]);
  const unknown = names.filter((name) => !textColumns.includes(name) && !letters.includes(name));
  for (const name of unknown) {
    reading.note("ignoredFields", 1, `The column "${name}" is no part of the format and is ignored.`);
  }
  return { names, options: letters.map((name) => names.indexOf(name)) };
}

/** The column as the format writes it: spreadsheets are loose about case and about spaces around a name. */
function columnName(cell: string): string {
  const name = cell.trim();
  if (textColumns.includes(name.toLowerCase())) return name.toLowerCase();
  return /^[a-z]$/.test(name) ? name.toUpperCase() : name;
}

/** Empty cells are absent values; options may only be absent at the end. */
function readCells(
  reading: Reading,
  columns: Columns,
  cells: readonly string[],
  at: RecordPlace,
): OwnQuestion | undefined {
  const plain: Record<string, unknown> = {};
  for (const name of textColumns) {
    const cell = cells[columns.names.indexOf(name)];
    if (cell !== undefined && cell !== "") plain[name] = cell;
  }
  const options = columns.options.map((index) => cells[index]!);
  plain["options"] = options.slice(0, options.findLastIndex((option) => option !== "") + 1);
  return reading.parse(ownQuestionSchema, plain, at);
}
